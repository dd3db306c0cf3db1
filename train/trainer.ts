import type { CapturedStep } from "../engine/capture.ts";
import type { Device } from "../engine/device.ts";
import { Random } from "../engine/random.ts";
import { filled, grad } from "../engine/tape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { type AdamConstants, adamState, adamUpdate } from "../kernels/adam.ts";
import { stack } from "../kernels/channels.ts";
import { add } from "../kernels/elementwise.ts";
import { movingAverage } from "../kernels/moving_average.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { discriminator, discriminatorParameters } from "../model/discriminator.ts";
import { generator, generatorParameters } from "../model/generator.ts";
import { BatchBuffers, type Inputs, type TrainingInputs } from "../model/inputs.ts";
import type { Batch } from "../data/types.ts";
import {
  adversarialLoss,
  discriminatorLoss,
  type ReconstructionLoss,
  reconstructionLoss,
} from "../model/losses.ts";
import {
  AVERAGE,
  type Checkpoint,
  checkpointValues,
  generatorValues,
} from "../model/checkpoint.ts";
import { Painter } from "../repose/painter.ts";
import { initialize, parameter, type ParameterShape } from "../model/parameters.ts";
import type { VggWeights } from "../networks/vgg19/weights.ts";
import { Bundle } from "./bundle.ts";
import type { Model } from "./checkpoint.ts";
import { LossRing, type LossRow } from "./loss_ring.ts";
import { averagingRate, learningRate, type Recipe } from "./recipe.ts";

/** Paper, section 5.1. */
const ADAM: AdamConstants = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

/** What a trainer is made with, beside its networks. */
export interface Training {
  readonly recipe: Recipe;
  /** Steps in all, for a learning rate that falls at the end. */
  readonly steps: number;
  readonly seed: number;
  readonly vgg: VggWeights | null;
}

/** A captured step and the buffers of its batches, which may be the same. */
interface TrainingStep {
  readonly forDiscriminator: BatchBuffers;
  readonly forGenerator: BatchBuffers;
  readonly captured: CapturedStep<void>;
}

/**
 * The two networks, their optimiser and one step of their game. Training step t draws its random
 * numbers from (seed, t), so a run that is restored goes on bit for bit.
 */
export class Trainer {
  /** The networks' tensors by checkpoint name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /**
   * All that a checkpoint carries: the parameters, both moments as adam.first.NAME and adam.second.NAME,
   * and, where the recipe averages, the generator's averaged weights as average.NAME.
   */
  readonly state: ReadonlyMap<string, Tensor>;
  /** Paints with the averaged weights where the recipe averages, else with the weights as they are. */
  readonly painter: Painter;
  /** Steps taken so far; set it after restoring `state`. */
  stepsDone = 0;
  readonly #random: Random;
  readonly #adamState: Tensor;
  readonly #networks: Readonly<Record<"generator" | "discriminator", Trained>>;
  /** The averaged weights by the generator's names; empty where the recipe does not average. */
  readonly #averages: Bundle;
  readonly #averagingRate: Tensor;
  readonly #losses: LossRing;
  #step: TrainingStep | null = null;
  readonly #reconstruction: ReconstructionLoss;

  private constructor(
    readonly device: Device,
    readonly configuration: ModelConfiguration,
    private readonly training: Training,
  ) {
    const ofGenerator = generatorParameters(configuration);
    const { recipe: { averaging, l1 }, seed, vgg } = training;
    this.#random = new Random(device, seed);
    this.#networks = {
      generator: trained(device, ofGenerator),
      discriminator: trained(device, discriminatorParameters(configuration)),
    };
    const networks = Object.values(this.#networks);
    const all = (kept: keyof Trained) => networks.flatMap((network) => [...network[kept].tensors]);
    this.parameters = new Map(all("parameters"));
    initialize(this.#random, this.parameters);
    this.#averages = new Bundle(device, averaging === "on" ? ofGenerator : []);
    this.#averagingRate = filled(device, [4], 1);
    this.#average();
    this.painter = new Painter(
      device,
      configuration,
      averaging === "on" ? this.#averages.tensors : this.parameters,
    );
    this.state = new Map([
      ...this.parameters,
      ...prefixed("adam.first.", all("first")),
      ...prefixed("adam.second.", all("second")),
      ...prefixed(AVERAGE, [...this.#averages.tensors]),
    ]);
    this.#adamState = filled(device, [4], 0);
    this.#losses = new LossRing(device);
    this.#reconstruction = reconstructionLoss(device, configuration, vgg, l1);
  }

  /** Fresh networks. @throws Error when the configuration needs VGG weights and there are none. */
  static create(
    device: Device,
    configuration: ModelConfiguration,
    training: Training,
  ): Trainer {
    return new Trainer(device, configuration, training);
  }

  /** The networks to keep: the generator as it paints, and the discriminator. */
  get model(): Model {
    const { device, configuration, painter, parameters } = this;
    const kept = [...parameters].map(([name, tensor]): [string, Tensor] => [
      name,
      painter.parameters.get(name) ?? tensor,
    ]);
    return { device, configuration, parameters: new Map(kept) };
  }

  /**
   * Takes the weights of a generator, or of both networks where the checkpoint has both, to begin with: of
   * another size, data set or recipe, but of the same layers.
   * @throws Error that names the file and the first tensor whose shape is another.
   */
  beginWith(checkpoint: Checkpoint): void {
    const { configuration, device } = this;
    const ofDiscriminator = discriminatorParameters(configuration);
    const hasDiscriminator = checkpoint.tensors.has(ofDiscriminator[0].name);
    const values = [
      ...generatorValues(checkpoint, configuration),
      ...(hasDiscriminator ? checkpointValues(checkpoint, ofDiscriminator) : []),
    ];
    for (const [name, { data }] of values) device.write(parameter(this.parameters, name), data);
    device.write(this.#averagingRate, Float32Array.of(1, 0, 0, 0));
    this.#average();
  }

  /** Makes what steps on batches of `count` pairs need, so that what fails fails before the first. */
  prepare(count: number): TrainingStep {
    // Step 0 of the random numbers made the initial weights.
    this.#random.beginStep(this.stepsDone + 1);
    return this.#step ??= this.#capture(count);
  }

  /**
   * One step of the discriminator and one of the generator, each on its own batch, or both on the
   * generator's where the recipe wants one. Never waits.
   * @throws RangeError when a batch has another size than those of the first step.
   */
  step(discriminatorBatch: Batch, generatorBatch: Batch): void {
    this.#losses.begin(this.stepsDone);
    const { forDiscriminator, forGenerator, captured } = this.prepare(generatorBatch.count);
    const { recipe, steps } = this.training;
    const step = this.stepsDone + 1;
    const rate = learningRate(recipe, step, steps);
    this.device.write(this.#adamState, adamState(step, rate, ADAM));
    this.device.write(this.#averagingRate, Float32Array.of(averagingRate(step), 0, 0, 0));
    if (forDiscriminator !== forGenerator) forDiscriminator.write(discriminatorBatch);
    forGenerator.write(generatorBatch);
    captured.replay();
    this.stepsDone++;
  }

  /**
   * The losses of the steps since the last call; waits for the GPU. Call it at least every 256 steps.
   * @throws RangeError when older steps have been overwritten.
   */
  readLosses(): Promise<LossRow[]> {
    return this.#losses.read(this.stepsDone);
  }

  #capture(count: number): TrainingStep {
    const { device, configuration: { size, skeleton, sigma }, training: { recipe } } = this;
    const buffers = () => new BatchBuffers(device, count, size, skeleton);
    const forGenerator = buffers();
    const forDiscriminator = recipe.batches === "one" ? forGenerator : buffers();
    const captured = device.capture(() => {
      const losses = recipe.batches === "one"
        ? this.#jointSteps(forGenerator.inputs(sigma))
        : this.#separateSteps(forDiscriminator.inputs(sigma), forGenerator.inputs(sigma));
      this.#losses.record(this.#random, losses);
      this.#average();
    });
    return { forDiscriminator, forGenerator, captured };
  }

  /** Losses of the discriminator, then the generator's two; each network paints its own batch (paper). */
  #separateSteps(forDiscriminator: TrainingInputs, forGenerator: TrainingInputs): Tensor[] {
    const fake = this.#generate(forDiscriminator);
    const discriminator = this.#discriminatorStep(forDiscriminator, fake);
    return [discriminator, ...this.#generatorStep(forGenerator).losses];
  }

  /** The same losses, of one batch that is painted once: saves a forward pass of the generator. */
  #jointSteps(inputs: TrainingInputs): Tensor[] {
    const { fake, losses } = this.#generatorStep(inputs);
    return [this.#discriminatorStep(inputs, fake), ...losses];
  }

  #discriminatorStep(inputs: TrainingInputs, fake: Tensor): Tensor {
    // Both at once: norms are each picture's own, and so half the launches do.
    const images = stack([inputs.target, fake]);
    return this.#update(
      "discriminator",
      () => discriminatorLoss(this.#discriminate(images, inputs)),
    );
  }

  #generatorStep(inputs: TrainingInputs): { fake: Tensor; losses: Tensor[] } {
    const made: { fake: Tensor; losses: Tensor[] }[] = [];
    this.#update("generator", () => {
      const fake = this.#generate(inputs);
      const adversarial = adversarialLoss(this.#discriminate(fake, inputs));
      const reconstruction = this.#reconstruction(fake, inputs.target);
      made.push({ fake, losses: [adversarial, reconstruction] });
      return add(adversarial, reconstruction);
    });
    return made[0];
  }

  /** Moves the averaged weights towards the generator's. */
  #average(): void {
    const { wholes } = this.#networks.generator.parameters;
    this.#averages.wholes.forEach(({ tensor }, i) =>
      movingAverage(tensor, wholes[i].tensor, this.#averagingRate)
    );
  }

  /** Moves the parameters of a network down the gradient of the loss that `forward` computes. */
  #update(which: "generator" | "discriminator", forward: () => Tensor): Tensor {
    const { parameters, first, second } = this.#networks[which];
    const { loss, gradients } = grad(this.device, [...parameters.tensors.values()], forward);
    let next = 0;
    parameters.wholes.forEach(({ tensor, names }, i) =>
      adamUpdate({
        parameter: tensor,
        gradient: this.device.join(gradients.slice(next, next += names.length)),
        first: first.wholes[i].tensor,
        second: second.wholes[i].tensor,
        state: this.#adamState,
      }, ADAM)
    );
    return loss;
  }

  #generate(inputs: Inputs): Tensor {
    return generator(inputs, this.parameters, this.configuration, this.#random);
  }

  #discriminate(images: Tensor, inputs: Inputs): Tensor {
    return discriminator(images, inputs, this.parameters, this.configuration, this.#random);
  }
}

/** A network's parameters and their moments, which lie alike. */
interface Trained {
  readonly parameters: Bundle;
  readonly first: Bundle;
  readonly second: Bundle;
}

function trained(device: Device, shapes: readonly ParameterShape[]): Trained {
  const bundle = () => new Bundle(device, shapes);
  return { parameters: bundle(), first: bundle(), second: bundle() };
}

function prefixed(prefix: string, tensors: readonly [string, Tensor][]): [string, Tensor][] {
  return tensors.map(([name, tensor]) => [prefix + name, tensor]);
}
