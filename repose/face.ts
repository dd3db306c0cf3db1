/** The face of who is painted: the person's own, out of the picture, where the new pose shows it from about the same side. */
import { mirrorPose } from "../data/mirror.ts";
import type { Picture, Sample } from "../data/types.ts";
import { fitSimilarity, mean } from "../pose/affine.ts";
import { human, jointNamed } from "../pose/skeleton.ts";
import type { Affine, Joints, Point } from "../pose/types.ts";
import { smoothStep } from "./smooth_step.ts";

/**
 * What is left between two faces laid on each other, in shares of their size: up to the first they count as seen from
 * the same side, from the second on as seen from different ones, and between the face fades in. Chosen on test pairs by
 * SSIM round the head.
 */
const SAME_SIDE = 0.2;
const OTHER_SIDE = 0.4;
/** The mirror image is taken where it lies nearer by this factor. */
const MIRROR_GAIN = 0.7;
/** Half axes of a face's oval: of its width between eyes and ears, and of the way from the neck to the eyes. */
const OVAL_WIDTH = 0.6;
const OVAL_HEIGHT = 0.55;
/** A narrow face has at least this width, in shares of the way from the neck to the eyes. */
const LEAST_WIDTH = 0.36;
/** Share of the oval, from its edge, over which the face fades into what was painted. */
const FADE = 0.4;

const features = ["nose", "right eye", "left eye"];
const ears = ["right ear", "left ear"];

/**
 * What was painted, with the person's own face laid over the painted one: turned, scaled and moved so that eyes, nose
 * and ears fall on those of the pose. The picture stays as it is where one of the two faces is not seen, or they are
 * seen from different sides.
 *
 * @param painted of any size
 * @param pose the joints of a human in its pixels
 * @param person the picture that the face is taken from, and its joints
 */
export function keepFace(painted: Picture, pose: Joints, person: Sample): Picture {
  const face = fitPerson(pose, person);
  const oval = face && faceOval(pose);
  if (!oval) return painted;
  const pixels = painted.pixels.slice();
  const reach = Math.max(oval.across, oval.along);
  const rows = range(oval.middle.y, reach, painted.height);
  const columns = range(oval.middle.x, reach, painted.width);
  for (let y = rows.first; y < rows.end; y++) {
    for (let x = columns.first; x < columns.end; x++) {
      const share = face.likeness * coverAt(oval, { x, y });
      const seen = share > 0 && pixelAt(person.picture, at(face.map, { x, y }));
      if (!seen) continue;
      const to = (y * painted.width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const under = pixels[to + channel];
        pixels[to + channel] = Math.round(under + (seen[channel] - under) * share);
      }
    }
  }
  return { ...painted, pixels };
}

/** How a face lies on that of a pose. */
interface Fit {
  /** From the pose's pixels to those of the person's picture. */
  readonly map: Affine;
  /** 0 for faces seen from different sides, to 1 from the same side. */
  readonly likeness: number;
}

/** The person's face as it is, or its mirror image; null where neither fits. */
function fitPerson(pose: Joints, { picture: { width }, joints }: Sample): Fit | null {
  const own = fitFace(pose, joints);
  if (!own) return null;
  const other = fitFace(pose, mirrorPose(joints, human, width));
  const isMirrored = other !== null && other.distance < MIRROR_GAIN * own.distance;
  const { map, distance } = isMirrored ? other : own;
  const likeness = smoothStep((OTHER_SIDE - distance) / (OTHER_SIDE - SAME_SIDE));
  if (likeness === 0) return null;
  const [a, b, c, ...y] = map;
  return { map: isMirrored ? [-a, -b, width - 1 - c, ...y] : map, likeness };
}

/** The similarity from one face to another, and what is left between them; null where one looks away. */
function fitFace(from: Joints, to: Joints): { map: Affine; distance: number } | null {
  const points = [...features, ...ears].map((name) => ({
    name,
    from: jointNamed(human, from, name),
    to: jointNamed(human, to, name),
  }));
  const seen = points.filter((point): point is { name: string; from: Point; to: Point } =>
    point.from !== null && point.to !== null
  );
  if (!features.every((name) => seen.some((point) => point.name === name))) return null;
  const map = fitSimilarity(seen.map(({ from }) => from), seen.map(({ to }) => to));
  if (!map) return null;
  const middle = mean(seen.map(({ to }) => to));
  const rest = seen.map(({ from, to }) => squareDistance(at(map, from), to));
  const size = seen.map(({ to }) => squareDistance(to, middle));
  return { map, distance: Math.sqrt(sum(rest) / sum(size)) };
}

/** Where a face is: an oval along `up`, the unit vector from the neck to the eyes. */
interface Oval {
  readonly middle: Point;
  readonly up: Point;
  readonly across: number;
  readonly along: number;
}

/** Null where the neck is not seen, or lies at the eyes. */
function faceOval(pose: Joints): Oval | null {
  const [nose, rightEye, leftEye, neck, ...seenEars] = [...features, "neck", ...ears]
    .map((name) => jointNamed(human, pose, name));
  if (!nose || !rightEye || !leftEye || !neck) return null;
  const eyes = mean([rightEye, leftEye]);
  const length = Math.hypot(eyes.x - neck.x, eyes.y - neck.y);
  if (length < 1) return null;
  const up = { x: (eyes.x - neck.x) / length, y: (eyes.y - neck.y) / length };
  const sides = [nose, rightEye, leftEye, ...seenEars].filter((point) => point !== null)
    .map((point) => (point.y - nose.y) * up.x - (point.x - nose.x) * up.y);
  const least = Math.min(...sides), most = Math.max(...sides), aside = (least + most) / 2;
  return {
    middle: { x: nose.x - aside * up.y, y: nose.y + aside * up.x },
    up,
    across: OVAL_WIDTH * Math.max(most - least, LEAST_WIDTH * length),
    along: OVAL_HEIGHT * length,
  };
}

/** 1 inside the oval, 0 outside, and between near its edge. */
function coverAt({ middle, up, across, along }: Oval, { x, y }: Point): number {
  const dx = x - middle.x, dy = y - middle.y;
  const radius = Math.hypot((dx * up.x + dy * up.y) / along, (dy * up.x - dx * up.y) / across);
  return smoothStep((1 - radius) / FADE);
}

/** The picture's colour between pixels, bilinear; null outside. */
function pixelAt({ width, height, pixels }: Picture, { x, y }: Point): number[] | null {
  if (!(x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1)) return null;
  const left = Math.min(Math.floor(x), width - 2), top = Math.min(Math.floor(y), height - 2);
  const right = x - left, down = y - top;
  return [0, 1, 2].map((channel) => {
    const from = (top * width + left) * 3 + channel;
    const above = pixels[from] * (1 - right) + pixels[from + 3] * right;
    const below = pixels[from + width * 3] * (1 - right) + pixels[from + width * 3 + 3] * right;
    return above * (1 - down) + below * down;
  });
}

function at([a, b, c, d, e, f]: Affine, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** The whole pixels within `reach` of a place, on an axis of `length` pixels. */
function range(place: number, reach: number, length: number): { first: number; end: number } {
  return {
    first: Math.max(0, Math.ceil(place - reach)),
    end: Math.min(length, Math.floor(place + reach) + 1),
  };
}

function squareDistance(a: Point, b: Point): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
