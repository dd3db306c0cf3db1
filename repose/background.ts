import { resize } from "../data/pictures/picture.ts";
import type { Picture, Sample } from "../data/types.ts";
import { wholeRegion } from "../pose/regions.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import { transformJoints } from "../pose/transform.ts";
import type { Joints, Quad, Size } from "../pose/types.ts";
import { continueInto } from "./membrane.ts";
import { smoothStep } from "./smooth_step.ts";

/** Room round a person's parts, and the soft edge about it, in shares of the picture's height. Chosen by eye on test pairs. */
const ROOM = 0.014;
const EDGE = 0.024;
/**
 * Where the person stood, the share of the photo's background continued, which has no remainder of the person, beside
 * what is painted, which knows more of what is behind.
 */
const CONTINUED = 0.5;

/** What is behind the person of a photo, in pictures of one size. */
interface Behind {
  /** Where the person stands in the photo: `coverOf`. */
  readonly stood: Float32Array | null;
  /** The photo's colours [H, W, 3], there those of the background round the person, continued. */
  readonly colours: Float32Array;
}

/** The background of what is painted: the photo's own, where the person neither stood nor stands. */
export class PhotoBackground {
  readonly #sizes = new Map<string, Behind>();

  /** @param person the photo as the model sees it, and the joints in it */
  constructor(readonly person: Sample, readonly skeleton: Skeleton) {}

  /**
   * What was painted, on the photo's background. Where the person stood and no longer stands, that is half of what was
   * painted, half of the background round it, continued. The picture stays as it is where a pose does not show the torso.
   *
   * @param painted of any size, of the proportions of the person's picture
   * @param pose the joints in its pixels
   */
  behind(painted: Picture, pose: Joints): Picture {
    const { width, height } = painted;
    const { stood, colours } = this.#behind({ width, height });
    const stands = coverOf(pose, painted, this.skeleton);
    if (!stood || !stands) return painted;
    const pixels = painted.pixels.map((value, i) => {
      const pixel = Math.floor(i / 3);
      const share = (1 - stands[pixel]) * (stood[pixel] > 0 ? CONTINUED : 1);
      return Math.round(value + (colours[i] - value) * share);
    });
    return { width, height, pixels };
  }

  #behind(size: Size): Behind {
    const key = `${size.width}x${size.height}`;
    const known = this.#sizes.get(key);
    if (known) return known;
    const { picture, joints } = this.person;
    const pose = transformJoints(joints, size.height / picture.height, 0, 0);
    const stood = coverOf(pose, size, this.skeleton);
    const colours = Float32Array.from(resize(picture, size).pixels);
    if (stood) continueInto(colours, size, (pixel) => stood[pixel] > 0);
    const made = { stood, colours };
    this.#sizes.set(key, made);
    return made;
  }
}

/** How much of each pixel the parts of a person cover, 0..1; null where the pose has no torso. */
function coverOf(pose: Joints, size: Size, skeleton: Skeleton): Float32Array | null {
  const parts = skeleton.parts.map((part) => wholeRegion(skeleton, part, pose))
    .filter((part) => part !== null);
  if (parts.length === 0) return null;
  const cover = new Float32Array(size.width * size.height);
  for (const part of parts) coverPart(cover, part, size);
  return cover;
}

/** Adds a part's quad to a cover. */
function coverPart(cover: Float32Array, corners: Quad, { width, height }: Size): void {
  const room = (ROOM + EDGE) * height;
  const [left, right] = range(corners.map(({ x }) => x), room, width);
  const [top, bottom] = range(corners.map(({ y }) => y), room, height);
  const depth = depthIn(corners);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = y * width + x;
      cover[at] = Math.max(cover[at], smoothStep((depth(x, y) / height + ROOM) / EDGE + 0.5));
    }
  }
}

/** The whole pixels from `room` before the least value to `room` past the largest, of `length`. */
function range(values: readonly number[], room: number, length: number): [number, number] {
  const first = Math.floor(Math.min(...values) - room),
    last = Math.ceil(Math.max(...values) + room);
  return [Math.max(0, first), Math.min(length, last + 1)];
}

/** How far inside a quad a point lies, in pixels; outside negative, by the line of the farthest edge. */
function depthIn(corners: Quad): (x: number, y: number) => number {
  const [a, b, c, d] = corners;
  const winding = Math.sign((c.x - a.x) * (d.y - b.y) - (c.y - a.y) * (d.x - b.x));
  const edges = corners.map((from, i) => {
    const to = corners[(i + 1) % corners.length];
    const length = winding * Math.hypot(to.x - from.x, to.y - from.y);
    return { from, x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  });
  return (x, y) =>
    edges.reduce(
      (least, edge) => Math.min(least, edge.x * (y - edge.from.y) - edge.y * (x - edge.from.x)),
      Infinity,
    );
}
