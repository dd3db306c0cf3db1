import { checkAllInside } from "../../pose/formats/inside.ts";
import type { Skeleton } from "../../pose/skeleton.ts";
import type { Joints, Size } from "../../pose/types.ts";
import { Cache } from "../files/cache.ts";
import type { Dataset, Pair, Sample, Split } from "../types.ts";
import { fitJoints, fitPicture, letterbox } from "../pictures/fit.ts";
import { readPicture } from "../pictures/image_file.ts";
import type { Pairs } from "./pairs.ts";

/** An annotated picture that is not read yet. */
export interface AnnotatedPicture {
  readonly name: string;
  readonly path: string;
  readonly joints: Joints;
  /** Where its annotation stands: file and line. */
  readonly place: string;
}

/** Pairs of numbered entries. */
export interface PairedSplit {
  readonly pairs: Pairs;
  entry(index: number): AnnotatedPicture;
}

const CACHE_BYTES = 256 * 2 ** 20;

/** Pictures are read when they are needed and fitted to `size`. */
export class PairedDataset implements Dataset {
  readonly #samples: Readonly<Record<Split, Cache<number, Sample>>>;

  constructor(
    readonly size: Size,
    readonly skeleton: Skeleton,
    private readonly splits: Readonly<Record<Split, PairedSplit>>,
  ) {
    const capacity = Math.ceil(CACHE_BYTES / (size.width * size.height * 3));
    const samples = ({ entry }: PairedSplit) =>
      new Cache(capacity, (index: number) => readSample(entry(index), size, skeleton));
    this.#samples = { train: samples(splits.train), test: samples(splits.test) };
  }

  pairCount(split: Split): number {
    return this.splits[split].pairs.count;
  }

  async pair(split: Split, index: number): Promise<Pair> {
    const members = this.splits[split].pairs.at(index);
    const [source, target] = await Promise.all(
      members.map((entry) => this.#samples[split].get(entry)),
    );
    return { source, target };
  }
}

async function readSample(
  { name, path, joints, place }: AnnotatedPicture,
  size: Size,
  skeleton: Skeleton,
): Promise<Sample> {
  const picture = await readPicture(path);
  checkAllInside(joints, skeleton.joints, `${place}: ${name}`, picture);
  const box = letterbox(picture, size);
  return { name, picture: fitPicture(picture, box), joints: fitJoints(joints, box) };
}
