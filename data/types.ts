/** Plain types that all rooms above share. */
import type { Skeleton } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";

/** An RGB picture: 3 bytes a pixel, row-major [height, width, 3]. */
export interface Picture extends Size {
  /** Red, green, blue, 0..255. */
  readonly pixels: Uint8Array;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** A rectangle of whole pixels: (left, top) is its first pixel. */
export interface Box extends Size {
  /** Its first column. */
  readonly left: number;
  /** Its first row. */
  readonly top: number;
}

/** A picture of somebody, and their pose in it. */
export interface Sample {
  /** For people, as a file's. */
  readonly name: string;
  /** What is seen. */
  readonly picture: Picture;
  /** In its pixels. */
  readonly joints: Joints;
}

/** Somebody, and the pose to bring them into. */
export interface PoseTransfer {
  /** Who is painted. */
  readonly source: Sample;
  /** The pose. */
  readonly target: Pick<Sample, "joints">;
}

/** Two pictures of the same person: how the first looks in the pose of the second is known. */
export interface Pair extends PoseTransfer {
  readonly target: Sample;
}

export type Split = "train" | "test";

/** Numbered pairs. Pair `index` is a pure function of (dataset, split, index). */
export interface Dataset {
  /** Of every picture that it gives. */
  readonly size: Size;
  readonly skeleton: Skeleton;
  pairCount(split: Split): number;
  /** @throws RangeError for an index outside 0 .. pairCount(split) - 1. */
  pair(split: Split, index: number): Promise<Pair>;
}

/**
 * What the generator is told of N pose transfers: H x W pixels, K joints, R parts. Coordinates are
 * full-resolution pixels, pixel centres at integers.
 */
export interface Conditions {
  /** N. */
  readonly count: number;
  /** H and W. */
  readonly size: Size;
  /** [N, H, W, 3], 0..255. */
  readonly sourcePixels: Uint8Array;
  /** [N, K, 2]: x, y; a missing joint is -1, -1. */
  readonly sourceJoints: Float32Array;
  /** [N, K, 2]: x, y; a missing joint is -1, -1. */
  readonly targetJoints: Float32Array;
  /** [N, R, 6], target -> source; the identity where the part is missing. */
  readonly maps: Float32Array;
  /** [N, R, 8]: x0, y0 .. x3, y3; a unit square far outside where the part is missing. */
  readonly regions: Float32Array;
}

/** What training needs of N pairs: the conditions, and how the targets really look. */
export interface Batch extends Conditions {
  /** [N, H, W, 3], 0..255. */
  readonly targetPixels: Uint8Array;
}
