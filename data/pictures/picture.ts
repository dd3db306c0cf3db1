import type { Size } from "../../pose/types.ts";
import type { Box, Colour, Picture } from "../types.ts";

/** A picture of one colour. */
export function blankPicture({ width, height }: Size, colour: Colour): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colour[i % 3];
  return { width, height, pixels };
}

/** Copies `picture` into `canvas` with its top left corner at (left, top); it must lie inside. */
export function paste(canvas: Picture, picture: Picture, left: number, top: number): void {
  requireInside("paste", canvas, { left, top, ...picture });
  const rowBytes = picture.width * 3;
  for (let y = 0; y < picture.height; y++) {
    const row = picture.pixels.subarray(y * rowBytes, (y + 1) * rowBytes);
    canvas.pixels.set(row, ((top + y) * canvas.width + left) * 3);
  }
}

/** The part of `picture` in `box`, as a new picture. @throws RangeError where the box leaves it. */
export function crop(picture: Picture, box: Box): Picture {
  requireInside("crop", picture, box);
  const { left, top, width, height } = box;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * picture.width + left) * 3;
    pixels.set(picture.pixels.subarray(start, start + width * 3), y * width * 3);
  }
  return { width, height, pixels };
}

function requireInside(action: string, outer: Size, { left, top, width, height }: Box): void {
  const inside = [left, top, width, height].every(Number.isInteger) && left >= 0 && top >= 0 &&
    width > 0 && height > 0 && left + width <= outer.width && top + height <= outer.height;
  if (!inside) {
    throw new RangeError(
      `${action}: ${width}x${height} pixels at (${left}, ${top}) do not lie inside ` +
        `${outer.width}x${outer.height}`,
    );
  }
}

/**
 * Resizes with a triangle filter: bilinear where it grows, widened to the area that falls on an
 * output pixel where it shrinks, so nothing aliases. The edges line up (pixel centres at
 * x_in = (x_out + 0.5) * in / out - 0.5), and weights outside the picture are left out.
 */
export function resize(picture: Picture, { width, height }: Size): Picture {
  const columns = triangleFilter(picture.width, width);
  const rows = triangleFilter(picture.height, height);
  const narrowed = new Float32Array(picture.height * width * 3);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = columns[x];
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        const start = (y * picture.width + first) * 3 + channel;
        for (let i = 0; i < weights.length; i++) sum += weights[i] * picture.pixels[start + i * 3];
        narrowed[(y * width + x) * 3 + channel] = sum;
      }
    }
  }
  const pixels = new Uint8Array(width * height * 3);
  const stride = width * 3;
  for (let y = 0; y < height; y++) {
    const { first, weights } = rows[y];
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let j = 0; j < weights.length; j++) {
        sum += weights[j] * narrowed[(first + j) * stride + i];
      }
      pixels[y * stride + i] = Math.round(sum);
    }
  }
  return { width, height, pixels };
}

interface Taps {
  /** Index of the input pixel that the first weight belongs to. */
  first: number;
  /** Sum to 1. */
  weights: number[];
}

/** For every output pixel along one axis, the input pixels that it mixes. */
function triangleFilter(inputs: number, outputs: number): Taps[] {
  const scale = inputs / outputs;
  const reach = Math.max(1, scale);
  return Array.from({ length: outputs }, (_, out) => {
    const centre = (out + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(inputs - 1, Math.floor(centre + reach));
    const weights = [];
    for (let i = first; i <= last; i++) weights.push(1 - Math.abs(i - centre) / reach);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => weight / total) };
  });
}

/** The picture with left and right exchanged. */
export function mirrorPicture({ width, height, pixels }: Picture): Picture {
  const mirrored = new Uint8Array(pixels.length);
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    const from = 3 * (i - x + width - 1 - x);
    mirrored.set(pixels.subarray(from, from + 3), 3 * i);
  }
  return { width, height, pixels: mirrored };
}
