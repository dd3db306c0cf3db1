/** What a worker is sent. */
export interface Ask<Request> {
  readonly id: number;
  readonly request: Request;
}

/** What it sends back; `message` is an error's. */
export type Answer<Result> =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly message: string };

/** Workers that answer requests one after the other; see `answerWith` in worker.ts for their side. */
export class WorkerPool<Request, Result> implements Disposable {
  readonly #workers: Worker[];
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  #requests = 0;

  /** As many workers as there are cores beside the main thread's, `most` at most. */
  constructor(script: URL, most = Infinity) {
    const length = Math.max(1, Math.min(most, navigator.hardwareConcurrency - 1));
    this.#workers = Array.from({ length }, () => this.#startWorker(script));
  }

  get size(): number {
    return this.#workers.length;
  }

  /** The answer of the next worker in turn. @throws the Error that it throws. */
  ask(request: Request): Promise<Result> {
    const id = this.#requests++;
    const answer = Promise.withResolvers<Result>();
    this.#waiting.set(id, answer);
    this.#workers[id % this.size].postMessage({ id, request } satisfies Ask<Request>);
    return answer.promise;
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.terminate();
  }

  #startWorker(script: URL): Worker {
    const worker = new Worker(script, { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer<Result>>) => {
      const answer = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("result" in data) answer?.resolve(data.result);
      else answer?.reject(new Error(data.message));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      for (const answer of this.#waiting.values()) answer.reject(new Error(event.message));
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
