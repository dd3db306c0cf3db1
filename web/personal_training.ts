/** Training on photos of one person, in the page: the same trainer, on a device of its own. */
import type { Dataset, Pair, Picture, Sample } from "../data/types.ts";
import { PairIndex } from "../data/sets/pair_index.ts";
import { compileAhead } from "../engine/compile_ahead.ts";
import type { Device } from "../engine/device.ts";
import { type Checkpoint, checkpointModel } from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import type { Size } from "../pose/types.ts";
import { type BatchPlan, stepBatches } from "../train/batches.ts";
import { modelBytes } from "../train/checkpoint.ts";
import type { LossRow } from "../train/loss_ring.ts";
import { recipeOf } from "../train/recipe.ts";
import { Trainer } from "../train/trainer.ts";
import { openDevice } from "./open_device.ts";

/** What suits few pictures of one person, as on the command line `--batch 1 --rate 4e-4`. */
const BATCH = 1;
const RATE = 4e-4;

/** One training, from the weights of a checkpoint. Disposed of, it gives all of its memory back. */
export class PersonalTraining implements Disposable {
  readonly #dataset: Dataset;
  readonly #plan: BatchPlan;

  private constructor(
    readonly trainer: Trainer,
    readonly samples: readonly Sample[],
    readonly steps: number,
    plan: BatchPlan,
  ) {
    this.#plan = plan;
    this.#dataset = pairsOf(samples, plan.model);
  }

  /**
   * @param samplesIn the person's pictures and poses, at least two, in a model's frame
   * @param steps to be taken in all
   * @param onProgress hears how many of the kernels are compiled
   * @param signal ends that early
   * @throws Error of one line where the GPU does not do; what the signal was aborted with
   */
  static async open(
    checkpoint: Checkpoint,
    samplesIn: (frame: Size) => readonly Sample[],
    steps: number,
    onProgress: (ready: number, of: number) => void,
    signal: AbortSignal,
  ): Promise<PersonalTraining> {
    const model = checkpointModel(checkpoint);
    const samples = samplesIn(model.size);
    const plan = { model, recipe: recipeOf({ rate: RATE }), batch: BATCH, seed: 0 };
    const trainerOn = (device: Device) => {
      const trainer = Trainer.create(device, model, { ...plan, steps, vgg: null });
      trainer.beginWith(checkpoint);
      trainer.prepare(BATCH);
      trainer.painter.prepare(1);
      return trainer;
    };
    const device = await openDevice();
    try {
      await compileAhead(device, trainerOn, onProgress, signal);
      return new PersonalTraining(trainerOn(device), samples, steps, plan);
    } catch (error) {
      device.close();
      throw error;
    }
  }

  get stepsDone(): number {
    return this.trainer.stepsDone;
  }

  /** Takes a step and waits for its losses. @throws Error where these are no finite numbers, or the GPU fails. */
  async step(): Promise<LossRow> {
    const { forDiscriminator, forGenerator } = await stepBatches(
      this.#dataset,
      this.#plan,
      this.stepsDone,
    );
    this.trainer.step(forDiscriminator, forGenerator);
    const [row] = await this.trainer.readLosses();
    if (Object.values(row).every(Number.isFinite)) return row;
    throw new Error("The training has gone astray, as it seldom does: undo it and train again.");
  }

  /** A pair of the pictures, another one after some steps, and what is painted of it. */
  async sample(): Promise<{ pair: Pair; painted: Picture }> {
    const number = this.stepsDone % this.#dataset.pairCount("train");
    const pair = await this.#dataset.pair("train", number);
    const [painted] = await this.trainer.painter.paint([pair]);
    return { pair, painted };
  }

  /** Both networks as they are now, as a file. */
  async model(): Promise<Uint8Array> {
    return await modelBytes(this.trainer.model);
  }

  [Symbol.dispose](): void {
    this.trainer.device.close();
  }
}

/** All pairs of some pictures of one person. */
function pairsOf(samples: readonly Sample[], { size, skeleton }: ModelConfiguration): Dataset {
  const index = new PairIndex([samples.length]);
  return {
    size,
    skeleton,
    pairCount: () => index.count,
    pair(_, number) {
      const { source, target } = index.at(number);
      return Promise.resolve({ source: samples[source], target: samples[target] });
    },
  };
}
