import { crop, resize } from "../data/pictures/picture.ts";
import type { Picture } from "../data/types.ts";
import { personMask } from "../pose/person_mask.ts";
import { human, type Skeleton } from "../pose/skeleton.ts";
import { transformJoints } from "../pose/transform.ts";
import type { Joints, Size } from "../pose/types.ts";
import { continueInto } from "./membrane.ts";
import { smoothStep } from "./smooth_step.ts";
import { pictureInView, shownPart, type View } from "./view.ts";

/** Height of the raster that shapes are drawn in: `personMask`'s widths are made for people of about this height. */
const SHAPE_HEIGHT = 128;
/** Pixels of that raster round the mask, which follows the bones alone: for hair, hands, feet and clothes. */
const ROOM = 8;
/** Pixels beyond, over which what is painted fades into the picture. */
const FADE = 5;
/** Width of the soft edge in widths of the box, where a shape reaches the box's edge. */
const SOFT_EDGE = 0.1;

/**
 * Puts what was painted in the frame of a view back into the picture that the view is of: scaled to the view's box, in
 * the shape of the people with the given joints of the frame, with a soft edge and with the colours that fit the
 * picture round it. What lies outside that shape stays as it is, byte by byte.
 *
 * @param people who is to be covered: the one in the picture, and the one who was painted
 * @param skeleton whose joints they are
 */
export function pasteBack(
  original: Picture,
  painted: Picture,
  view: View,
  people: readonly Joints[],
  skeleton: Skeleton = human,
): Picture {
  const { part, inFrame } = shownPart(view, original);
  const shape = shapeOf(people, view.frame, skeleton);
  const fitted = fitColours(painted, pictureInView(original, view), shape);
  const patch = resize(crop(fitted, inFrame), part);
  const cover = resize(crop(shape, inFrame), part);
  const across = edgeCover(part.left, part.width, original.width, view.box.width * SOFT_EDGE);
  const down = edgeCover(part.top, part.height, original.height, view.box.width * SOFT_EDGE);
  const pixels = original.pixels.slice();
  for (let y = 0; y < part.height; y++) {
    for (let x = 0; x < part.width; x++) {
      const from = (y * part.width + x) * 3;
      const share = cover.pixels[from] / 255 * across[x] * down[y];
      const to = ((part.top + y) * original.width + part.left + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const under = pixels[to + channel];
        pixels[to + channel] = Math.round(under + (patch.pixels[from + channel] - under) * share);
      }
    }
  }
  return { ...original, pixels };
}

/** Where people are in the frame, as a picture: 255 on them, 0 beside them, and between over `FADE`. */
function shapeOf(people: readonly Joints[], frame: Size, skeleton: Skeleton): Picture {
  const scale = SHAPE_HEIGHT / frame.height;
  const size = { width: Math.round(frame.width * scale), height: SHAPE_HEIGHT };
  const masks = people.map((joints) =>
    personMask(transformJoints(joints, scale, 0, 0), size, skeleton)
  );
  const distances = distancesTo((at) => masks.some((mask) => mask[at] === 1), size);
  const pixels = new Uint8Array(distances.length * 3);
  distances.forEach((distance, i) => {
    const share = smoothStep((ROOM + FADE - distance) / FADE);
    pixels.fill(Math.round(255 * share), i * 3, i * 3 + 3);
  });
  return resize({ ...size, pixels }, frame);
}

/** How far each pixel is from the nearest that is set: along its row first, then from row to row. */
function distancesTo(isSet: (at: number) => boolean, { width, height }: Size): Float32Array {
  const inRow = new Float32Array(width * height).fill(Infinity);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isSet(y * width + x)) continue;
      for (let to = 0; to < width; to++) {
        const at = y * width + to;
        inRow[at] = Math.min(inRow[at], Math.abs(to - x));
      }
    }
  }
  return inRow.map((_, at) => {
    let least = Infinity;
    for (let y = 0; y < height; y++) {
      const aside = inRow[y * width + at % width];
      least = Math.min(least, Math.hypot(aside, y - Math.floor(at / width)));
    }
    return least;
  });
}

/**
 * What was painted, shifted in colour so that it meets `seen` at the border of a shape: by their difference outside the
 * shape, and inside it by the smoothest continuation of that.
 */
function fitColours(painted: Picture, seen: Picture, shape: Picture): Picture {
  const shift = Float32Array.from(seen.pixels, (value, i) => value - painted.pixels[i]);
  continueInto(shift, painted, (pixel) => shape.pixels[3 * pixel] > 0);
  const pixels = Uint8ClampedArray.from(painted.pixels, (value, i) => value + shift[i]);
  return { ...painted, pixels: new Uint8Array(pixels.buffer) };
}

/** How much of the patch may be seen at each of its pixels along one axis: a smooth step at an end inside the picture. */
function edgeCover(begin: number, length: number, whole: number, edge: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const fromBegin = begin > 0 ? i + 0.5 : Infinity;
    const fromEnd = begin + length < whole ? length - i - 0.5 : Infinity;
    return smoothStep(Math.min(fromBegin, fromEnd) / edge);
  });
}
