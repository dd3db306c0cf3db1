import { deformation, type Style } from "../pose/deformation.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import type { Affine, Joints, Quad, Size } from "../pose/types.ts";
import type { Pair, Sample } from "./dataset.ts";

/**
 * What the GPU needs of N pairs: H x W pixels, K joints, R parts. Coordinates are full-resolution
 * pixels, pixel centres at integers.
 */
export interface Batch {
  readonly count: number;
  readonly size: Size;
  /** [N, H, W, 3], 0..255. */
  readonly sourcePixels: Uint8Array;
  /** [N, H, W, 3], 0..255. */
  readonly targetPixels: Uint8Array;
  /** [N, K, 2]: x, y; a missing joint is -1, -1. */
  readonly sourceJoints: Float32Array;
  /** [N, K, 2]: x, y; a missing joint is -1, -1. */
  readonly targetJoints: Float32Array;
  /** [N, R, 6], target -> source; the identity where the part is missing. */
  readonly maps: Float32Array;
  /** [N, R, 8]: x0, y0 .. x3, y3; a unit square far outside where the part is missing. */
  readonly regions: Float32Array;
}

const identity: Affine = [1, 0, 0, 0, 1, 0];
const far = -1e4;
const nowhere: Quad = [
  { x: far, y: far },
  { x: far + 1, y: far },
  { x: far + 1, y: far + 1 },
  { x: far, y: far + 1 },
];

/** Packs pairs for the GPU. Throws a RangeError unless all pictures have one size. */
export function makeBatch(pairs: readonly Pair[], skeleton: Skeleton, style: Style): Batch {
  if (pairs.length === 0) throw new RangeError("makeBatch: a batch needs at least one pair");
  const { width, height } = pairs[0].source.picture;
  const size = { width, height };
  const sources = pairs.map((pair) => pair.source);
  const targets = pairs.map((pair) => pair.target);
  const moves = pairs.map(({ source, target }) =>
    deformation(skeleton, source.joints, target.joints, size, style)
  );
  return {
    count: pairs.length,
    size,
    sourcePixels: packPixels(sources, size),
    targetPixels: packPixels(targets, size),
    sourceJoints: packJoints(sources),
    targetJoints: packJoints(targets),
    maps: new Float32Array(moves.flatMap((move) => move.maps.flatMap((map) => map ?? identity))),
    regions: new Float32Array(
      moves.flatMap((move) => move.regions.flatMap((region) => flat(region ?? nowhere))),
    ),
  };
}

function packPixels(samples: readonly Sample[], { width, height }: Size): Uint8Array {
  const bytes = width * height * 3;
  const packed = new Uint8Array(samples.length * bytes);
  samples.forEach(({ name, picture }, i) => {
    if (picture.width !== width || picture.height !== height) {
      throw new RangeError(
        `makeBatch: ${name} has ${picture.width}x${picture.height} pixels but the first picture ` +
          `has ${width}x${height}`,
      );
    }
    packed.set(picture.pixels, i * bytes);
  });
  return packed;
}

function packJoints(samples: readonly Sample[]): Float32Array {
  return new Float32Array(samples.flatMap(({ joints }) => flat(joints)));
}

function flat(points: Joints): number[] {
  return points.flatMap((point) => point ? [point.x, point.y] : [-1, -1]);
}
