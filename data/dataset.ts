import type { Skeleton } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";
import type { Picture } from "./pictures/picture.ts";

/** A picture of one object and its pose. */
export interface Sample {
  readonly name: string;
  readonly picture: Picture;
  readonly joints: Joints;
}

/** Two pictures of the same object: the first is to be brought into the pose of the second. */
export interface Pair {
  readonly source: Sample;
  readonly target: Sample;
}

export type Split = "train" | "test";

/** Numbered pairs. Pair `index` is a pure function of (dataset, split, index). */
export interface Dataset {
  /** Of every picture that it gives. */
  readonly size: Size;
  readonly skeleton: Skeleton;
  pairCount(split: Split): number;
  /** Throws a RangeError for an index outside 0 .. pairCount(split) - 1. */
  pair(split: Split, index: number): Promise<Pair>;
}
