import { deformation, type Style } from "../pose/deformation.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import type { Affine, Joints, Quad, Size } from "../pose/types.ts";
import type { Batch, Conditions, Pair, PoseTransfer, Sample } from "./types.ts";

const identity: Affine = [1, 0, 0, 0, 1, 0];
const FAR = -1e4;
const nowhere: Quad = [
  { x: FAR, y: FAR },
  { x: FAR + 1, y: FAR },
  { x: FAR + 1, y: FAR + 1 },
  { x: FAR, y: FAR + 1 },
];

/** Packs pose transfers for the GPU. @throws RangeError unless all pictures have one size. */
export function packConditions(
  transfers: readonly PoseTransfer[],
  skeleton: Skeleton,
  style: Style,
): Conditions {
  if (transfers.length === 0) throw new RangeError("a batch needs at least one pair");
  const { width, height } = transfers[0].source.picture;
  const size = { width, height };
  const moves = transfers.map(({ source, target }) =>
    deformation(skeleton, source.joints, target.joints, size, style)
  );
  return {
    count: transfers.length,
    size,
    sourcePixels: packPixels(transfers.map(({ source }) => source), size),
    sourceJoints: packJoints(transfers.map(({ source }) => source.joints)),
    targetJoints: packJoints(transfers.map(({ target }) => target.joints)),
    maps: new Float32Array(moves.flatMap((move) => move.maps.flatMap((map) => map ?? identity))),
    regions: new Float32Array(
      moves.flatMap((move) => move.regions.flatMap((region) => flat(region ?? nowhere))),
    ),
  };
}

/** Packs pairs for training. @throws RangeError unless all pictures have one size. */
export function packBatch(pairs: readonly Pair[], skeleton: Skeleton, style: Style): Batch {
  const conditions = packConditions(pairs, skeleton, style);
  const targetPixels = packPixels(pairs.map(({ target }) => target), conditions.size);
  return { ...conditions, targetPixels };
}

function packPixels(samples: readonly Sample[], { width, height }: Size): Uint8Array {
  const bytes = width * height * 3;
  const packed = new Uint8Array(samples.length * bytes);
  samples.forEach(({ name, picture }, i) => {
    if (picture.width !== width || picture.height !== height) {
      throw new RangeError(
        `${name} has ${picture.width}x${picture.height} pixels but the first picture ` +
          `has ${width}x${height}`,
      );
    }
    packed.set(picture.pixels, i * bytes);
  });
  return packed;
}

function packJoints(poses: readonly Joints[]): Float32Array {
  return new Float32Array(poses.flatMap(flat));
}

function flat(points: Joints): number[] {
  return points.flatMap((point) => point ? [point.x, point.y] : [-1, -1]);
}
