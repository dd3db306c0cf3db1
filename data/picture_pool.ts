import type { Picture } from "./picture.ts";
import type { PictureReply, PictureRequest } from "./picture_worker.ts";

/** Reads and decodes pictures in workers, while others use them. */
export class PicturePool implements Disposable {
  readonly #workers: Worker[];
  readonly #waiting = new Map<number, PromiseWithResolvers<Picture>>();
  #requests = 0;

  constructor(workers = Math.max(1, navigator.hardwareConcurrency - 1)) {
    this.#workers = Array.from({ length: workers }, () => this.#startWorker());
  }

  /** As `readPicture`. */
  read(path: string): Promise<Picture> {
    const id = this.#requests++;
    const reply = Promise.withResolvers<Picture>();
    this.#waiting.set(id, reply);
    this.#workers[id % this.#workers.length].postMessage({ id, path } satisfies PictureRequest);
    return reply.promise;
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.terminate();
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("picture_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<PictureReply>) => {
      const reply = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("picture" in data) reply?.resolve(data.picture);
      else reply?.reject(new Error(data.message));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      for (const reply of this.#waiting.values()) reply.reject(new Error(event.message));
    };
    return worker;
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
