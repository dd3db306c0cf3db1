import type { Place } from "../pose/formats/annotation.ts";
import { checkInside } from "../pose/formats/inside.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";
import { Cache } from "./cache.ts";
import type { Dataset, Pair, Sample, Split } from "./dataset.ts";
import { fitJoints, fitPicture, letterbox } from "./fit.ts";
import { readPicture } from "./image_file.ts";
import { PairIndex } from "./pair_index.ts";

/** An annotated picture that is not read yet. */
export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly joints: Joints;
  /** Where its annotation stands. */
  readonly place: Place;
}

/** The pictures of each object; a pair is two pictures of one group. */
export type Groups = readonly (readonly Entry[])[];

const cacheBytes = 256 * 2 ** 20;

/** All ordered pairs within groups; pictures are read when they are needed and fitted to `size`. */
export class PairedDataset implements Dataset {
  readonly #indices: Readonly<Record<Split, PairIndex>>;
  readonly #samples: Cache<Entry, Sample>;

  constructor(
    readonly size: Size,
    readonly skeleton: Skeleton,
    private readonly groups: Readonly<Record<Split, Groups>>,
  ) {
    const index = (split: Split) => new PairIndex(groups[split].map((group) => group.length));
    this.#indices = { train: index("train"), test: index("test") };
    const capacity = Math.ceil(cacheBytes / (size.width * size.height * 3));
    this.#samples = new Cache(capacity, (entry) => readSample(entry, size, skeleton));
  }

  pairCount(split: Split): number {
    return this.#indices[split].count;
  }

  async pair(split: Split, index: number): Promise<Pair> {
    const { group, source, target } = this.#indices[split].at(index);
    const entries = this.groups[split][group];
    const [a, b] = await Promise.all(
      [entries[source], entries[target]].map((entry) => this.#samples.get(entry)),
    );
    return { source: a, target: b };
  }
}

async function readSample(
  { name, path, joints, place }: Entry,
  size: Size,
  skeleton: Skeleton,
): Promise<Sample> {
  const picture = await readPicture(path);
  joints.forEach((joint, i) => {
    const where = `${place.file}:${place.line}: ${name}: ${skeleton.joints[i]}`;
    if (joint) checkInside(joint, where, picture);
  });
  const box = letterbox(picture, size);
  return { name, picture: fitPicture(picture, box), joints: fitJoints(joints, box) };
}
