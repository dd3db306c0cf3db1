/** Poses that several processes have found, each in its part of the pictures: a list for each part. */
import { join } from "node:path";
import type { Skeleton } from "../../pose/skeleton.ts";
import { isThere } from "../files/look.ts";
import { requireAllParts, type Shard, shardRange } from "../shard.ts";
import { digestText } from "./digest.ts";
import type { Located } from "./layout.ts";
import { PartialList } from "./partial_list.ts";
import { type PoseTable, readPoseTable } from "./pose_table.ts";

/** The parts of some pictures without poses; those of other pictures have other names. */
export class Parts {
  private constructor(
    readonly folder: string,
    readonly pictures: readonly Located[],
    private readonly digest: string,
  ) {}

  static of(folder: string, pictures: readonly Located[]): Parts {
    const names = pictures.map(({ name }) => name).join("\n");
    return new Parts(folder, pictures, digestText(names).slice(0, 8));
  }

  /** The pictures of a part. */
  slice(shard: Shard): readonly Located[] {
    const { first, end } = shardRange(this.pictures.length, shard);
    return this.pictures.slice(first, end);
  }

  isDone(shard: Shard): Promise<boolean> {
    return isThere(this.#path("done", shard));
  }

  /** Goes on with a part's list, or begins it. */
  open(shard: Shard, skeleton: Skeleton): Promise<PartialList> {
    return PartialList.open(this.#path("part", shard), skeleton);
  }

  /** Once all pictures of a part were looked at. */
  async finish(shard: Shard): Promise<void> {
    await Deno.rename(this.#path("part", shard), this.#path("done", shard));
  }

  /** What all parts have found. @throws Error that names the parts that are not done */
  async read(skeleton: Skeleton): Promise<PoseTable[]> {
    const done = this.#done().sort((a, b) => a.number - b.number);
    requireAllParts(done, this.folder);
    return await Promise.all(
      done.map((shard) => readPoseTable(this.#path("done", shard), skeleton)),
    );
  }

  /** Once what they have found stands elsewhere. */
  async remove(): Promise<void> {
    for (const shard of this.#done()) await Deno.remove(this.#path("done", shard));
  }

  #done(): Shard[] {
    const pattern = new RegExp(`^annotation\\.done-(\\d+)-of-(\\d+)-${this.digest}\\.csv$`);
    return Array.from(Deno.readDirSync(this.folder), ({ name }) => pattern.exec(name))
      .filter((match) => match !== null)
      .map(([, number, count]) => ({ number: Number(number), count: Number(count) }));
  }

  #path(state: "part" | "done", { number, count }: Shard): string {
    return join(this.folder, `annotation.${state}-${number}-of-${count}-${this.digest}.csv`);
  }
}
