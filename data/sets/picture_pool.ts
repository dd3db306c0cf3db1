import type { Picture } from "../types.ts";
import { WorkerPool } from "../files/worker_pool.ts";

/** Reads and decodes pictures in workers, while others use them. */
export class PicturePool implements Disposable {
  readonly #workers = new WorkerPool<string, Picture>(
    new URL("picture_worker.ts", import.meta.url),
  );

  /** As `readPicture`. */
  read(path: string): Promise<Picture> {
    return this.#workers.ask(path);
  }

  [Symbol.dispose](): void {
    this.#workers[Symbol.dispose]();
  }
}

/**
 * What `work` gives for each item, in their order; the work on up to `ahead` items is begun before
 * their turn comes.
 */
export async function* mapAhead<Item, Result>(
  items: Iterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<[Item, PromiseSettledResult<Result>], void> {
  const begun: [Item, Promise<PromiseSettledResult<Result>>][] = [];
  for (const item of items) {
    begun.push([item, Promise.allSettled([work(item)]).then(([result]) => result)]);
    if (begun.length < ahead) continue;
    const [first, result] = begun.shift()!;
    yield [first, await result];
  }
  for (const [item, result] of begun) yield [item, await result];
}
