/** Poses that several processes have found, each in its part of the pictures: a list for each part. */
import { join } from "node:path";
import type { Skeleton } from "../../pose/skeleton.ts";
import { isThere } from "../files/look.ts";
import { type Shard, shardRange } from "../shard.ts";
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

  static async of(folder: string, pictures: readonly Located[]): Promise<Parts> {
    const names = new TextEncoder().encode(pictures.map(({ name }) => name).join("\n"));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", names));
    return new Parts(folder, pictures, hash.toHex().slice(0, 8));
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
    const done = this.#done();
    const counts = new Set(done.map(({ count }) => count));
    const [count] = counts;
    if (count === undefined) {
      throw new Error(`${this.folder} has no finished part of these pictures: run all --shard K/N`);
    }
    if (counts.size > 1) {
      throw new Error(`${this.folder} has parts of ${[...counts].join(" and of ")}: remove some`);
    }
    const all = Array.from({ length: count }, (_, i) => ({ number: i + 1, count }));
    const open = all.filter(({ number }) => !done.some((shard) => shard.number === number));
    if (open.length > 0) {
      const names = open.map(({ number }) => `${number}/${count}`).join(", ");
      throw new Error(`${this.folder} has no finished part ${names}: run --shard ${names} first`);
    }
    return await Promise.all(
      all.map((shard) => readPoseTable(this.#path("done", shard), skeleton)),
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
