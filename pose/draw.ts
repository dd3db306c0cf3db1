import { checkJoints, jointNamed, type Skeleton } from "./skeleton.ts";
import type { Joints, Point, Size } from "./types.ts";

type Rgb = readonly [number, number, number];

const JOINT_COLOUR: Rgb = [255, 255, 255];

/** Radii in pixels per pixel of picture height, and the least that stays legible in a thumbnail. */
const BONE_RADIUS = { share: 1 / 128, least: 0.8 };
const JOINT_RADIUS = { share: 1 / 100, least: 1 };

/**
 * Draws a pose over an RGB raster (3 bytes a pixel, row-major), in place: a coloured line for every
 * bone with both joints seen, then a disc on every seen joint, with smooth edges.
 * Joints may lie outside the picture.
 * @throws RangeError where `pixels` or `joints` has the wrong length.
 */
export function drawSkeleton(
  pixels: Uint8Array,
  size: Size,
  skeleton: Skeleton,
  joints: Joints,
): void {
  checkJoints(skeleton, joints);
  const bytes = size.width * size.height * 3;
  if (pixels.length !== bytes) {
    const raster = `${size.width}x${size.height} RGB pixels`;
    throw new RangeError(`drawSkeleton: ${raster} are ${bytes} bytes, not ${pixels.length}`);
  }
  const radius = ({ share, least }: { share: number; least: number }) =>
    Math.max(least, share * size.height);
  for (const bone of skeleton.bones) {
    const [from, to] = bone.joints.map((name) => jointNamed(skeleton, joints, name));
    if (from && to) drawCapsule(pixels, size, from, to, radius(BONE_RADIUS), bone.colour);
  }
  for (const point of joints) {
    if (point) drawCapsule(pixels, size, point, point, radius(JOINT_RADIUS), JOINT_COLOUR);
  }
}

/** Fills the pixels nearer than `radius` to the line, blending over the pixel at its edge. */
export function drawCapsule(
  pixels: Uint8Array,
  { width, height }: Size,
  from: Point,
  to: Point,
  radius: number,
  colour: Rgb,
): void {
  const reach = radius + 0.5;
  const left = Math.max(0, Math.ceil(Math.min(from.x, to.x) - reach));
  const right = Math.min(width - 1, Math.floor(Math.max(from.x, to.x) + reach));
  const top = Math.max(0, Math.ceil(Math.min(from.y, to.y) - reach));
  const bottom = Math.min(height - 1, Math.floor(Math.max(from.y, to.y) + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const cover = Math.min(1, reach - distanceToLine({ x, y }, from, to));
      if (cover > 0) blend(pixels, 3 * (y * width + x), colour, cover);
    }
  }
}

function blend(pixels: Uint8Array, offset: number, colour: Rgb, cover: number): void {
  colour.forEach((value, channel) => {
    const under = pixels[offset + channel];
    pixels[offset + channel] = Math.round(under + (value - under) * cover);
  });
}

/** The distance from a point to the line between two others. */
function distanceToLine(point: Point, from: Point, to: Point): number {
  const dx = to.x - from.x, dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  const along = squared && ((point.x - from.x) * dx + (point.y - from.y) * dy) / squared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - t * dx, point.y - from.y - t * dy);
}
