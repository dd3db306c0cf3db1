import type { StepBatches } from "./batches.ts";
import type { TrainingPlan } from "./options.ts";

export interface BatchRequest {
  readonly plan: TrainingPlan;
  readonly step: number;
}

export type BatchReply =
  | { readonly step: number; readonly batches: StepBatches }
  | { readonly step: number; readonly error: unknown };

/** Steps whose batches are prepared or being prepared. */
const AHEAD = 4;

/** The main thread feeds the GPU. */
const WORKERS = Math.max(1, Math.min(AHEAD, navigator.hardwareConcurrency - 1));

/** Prepares the batches of coming steps in workers, which read the data themselves, while others train. */
export class BatchQueue implements Disposable {
  readonly #workers = Array.from({ length: WORKERS }, () => this.#startWorker());
  readonly #replies = new Map<number, PromiseWithResolvers<StepBatches>>();
  readonly #queue: Promise<StepBatches>[] = [];
  #nextStep: number;

  /** Begins with `firstStep`, counted from 0. */
  constructor(private readonly plan: TrainingPlan, firstStep: number) {
    this.#nextStep = firstStep;
    while (this.#queue.length < AHEAD) this.#request();
  }

  /**
   * The batches of the next step, as `stepBatches` gives them.
   * Throws an Error where they cannot be prepared: a picture that cannot be read.
   */
  next(): Promise<StepBatches> {
    this.#request();
    return this.#queue.shift()!;
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.terminate();
  }

  #request(): void {
    const step = this.#nextStep++;
    const reply = Promise.withResolvers<StepBatches>();
    // Whoever takes it from the queue learns of an error; until then nobody needs to.
    reply.promise.catch(() => {});
    this.#replies.set(step, reply);
    this.#queue.push(reply.promise);
    this.#workers[step % WORKERS].postMessage({ plan: this.plan, step } satisfies BatchRequest);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("batch_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<BatchReply>) => {
      const reply = this.#replies.get(data.step);
      this.#replies.delete(data.step);
      if ("batches" in data) reply?.resolve(data.batches);
      else reply?.reject(data.error);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      for (const reply of this.#replies.values()) reply.reject(new Error(event.message));
    };
    return worker;
  }
}
