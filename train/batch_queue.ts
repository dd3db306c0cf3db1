import { WorkerPool } from "../data/files/worker_pool.ts";
import type { StepBatches } from "./batches.ts";
import type { TrainingPlan } from "./options.ts";

export interface BatchRequest {
  readonly plan: TrainingPlan;
  readonly step: number;
}

/** Steps whose batches are prepared or being prepared. */
const AHEAD = 4;

/** Prepares the batches of coming steps in workers, which read the data themselves, while others train. */
export class BatchQueue implements Disposable {
  readonly #workers = new WorkerPool<BatchRequest, StepBatches>(
    new URL("batches_worker.ts", import.meta.url),
    AHEAD,
  );
  readonly #queue: Promise<StepBatches>[] = [];
  #nextStep: number;

  /** Begins with `firstStep`, counted from 0. */
  constructor(private readonly plan: TrainingPlan, firstStep: number) {
    this.#nextStep = firstStep;
    while (this.#queue.length < AHEAD) this.#request();
  }

  /**
   * The batches of the next step, as `stepBatches` gives them.
   * @throws Error where they cannot be prepared: a picture that cannot be read
   */
  next(): Promise<StepBatches> {
    this.#request();
    return this.#queue.shift()!;
  }

  #request(): void {
    const batches = this.#workers.ask({ plan: this.plan, step: this.#nextStep++ });
    // Whoever takes it from the queue learns of an error; until then nobody needs to.
    batches.catch(() => {});
    this.#queue.push(batches);
  }

  [Symbol.dispose](): void {
    this.#workers[Symbol.dispose]();
  }
}
