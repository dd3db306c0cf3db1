import type { CapturedStep } from "../engine/capture.ts";
import type { Device } from "../engine/device.ts";
import { Random } from "../engine/random.ts";
import { filled, grad } from "../engine/tape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { type AdamConstants, adamState, adamUpdate } from "../kernels/adam.ts";
import { add } from "../kernels/elementwise.ts";
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
import { Painter } from "../repose/painter.ts";
import { initialParameters, parameter, type ParameterShape } from "../model/parameters.ts";
import type { VggWeights } from "../networks/vgg19/weights.ts";
import { LossRing, type LossRow } from "./loss_ring.ts";

/** Paper, section 5.1. */
const LEARNING_RATE = 2e-4;
const ADAM: AdamConstants = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

/** A captured step and the buffers of its two batches. */
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
  /** All that a checkpoint carries: the parameters, and both moments as adam.first.NAME and adam.second.NAME. */
  readonly state: ReadonlyMap<string, Tensor>;
  /** Paints with the weights as they are. */
  readonly painter: Painter;
  /** Steps taken so far; set it after restoring `state`. */
  stepsDone = 0;
  readonly #random: Random;
  readonly #adamState: Tensor;
  readonly #losses: LossRing;
  #step: TrainingStep | null = null;
  readonly #reconstruction: ReconstructionLoss;

  private constructor(
    readonly device: Device,
    readonly configuration: ModelConfiguration,
    seed: number,
    vgg: VggWeights | null,
  ) {
    const shapes = [
      ...generatorParameters(configuration),
      ...discriminatorParameters(configuration),
    ];
    this.#random = new Random(device, seed);
    this.parameters = initialParameters(this.#random, shapes);
    this.painter = new Painter(device, configuration, this.parameters);
    this.state = new Map([...this.parameters, ...moments(device, shapes)]);
    this.#adamState = filled(device, [4], 0);
    this.#losses = new LossRing(device);
    this.#reconstruction = reconstructionLoss(device, configuration, vgg);
  }

  /** Fresh networks. @throws Error when the configuration needs VGG weights and there are none. */
  static create(
    device: Device,
    configuration: ModelConfiguration,
    { seed, vgg }: { seed: number; vgg: VggWeights | null },
  ): Trainer {
    return new Trainer(device, configuration, seed, vgg);
  }

  /**
   * One step of the discriminator and one of the generator, each on its own batch. Never waits.
   * @throws RangeError when a batch has another size than those of the first step.
   */
  step(discriminatorBatch: Batch, generatorBatch: Batch): void {
    // Step 0 of the random numbers made the initial weights.
    this.#random.beginStep(this.stepsDone + 1);
    this.#losses.begin(this.stepsDone);
    this.#step ??= this.#capture(generatorBatch.count);
    const { forDiscriminator, forGenerator, captured } = this.#step;
    const adam = adamState(this.stepsDone + 1, LEARNING_RATE, ADAM);
    this.device.write(this.#adamState, adam);
    forDiscriminator.write(discriminatorBatch);
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
    const { device, configuration: { size, skeleton, sigma } } = this;
    const forDiscriminator = new BatchBuffers(device, count, size, skeleton);
    const forGenerator = new BatchBuffers(device, count, size, skeleton);
    const captured = device.capture(() => {
      const loss = this.#discriminatorStep(forDiscriminator.inputs(sigma));
      const losses = [loss, ...this.#generatorStep(forGenerator.inputs(sigma))];
      this.#losses.record(this.#random, losses);
    });
    return { forDiscriminator, forGenerator, captured };
  }

  #discriminatorStep(inputs: TrainingInputs): Tensor {
    const fake = this.#generate(inputs);
    return this.#update("discriminator.", () => {
      const real = this.#discriminate(inputs.target, inputs);
      return discriminatorLoss(real, this.#discriminate(fake, inputs));
    });
  }

  #generatorStep(inputs: TrainingInputs): Tensor[] {
    const parts: Tensor[] = [];
    this.#update("generator.", () => {
      const fake = this.#generate(inputs);
      const adversarial = adversarialLoss(this.#discriminate(fake, inputs));
      const reconstruction = this.#reconstruction(fake, inputs.target);
      parts.push(adversarial, reconstruction);
      return add(adversarial, reconstruction);
    });
    return parts;
  }

  /** Moves the parameters of one network down the gradient of the loss that `forward` computes. */
  #update(prefix: string, forward: () => Tensor): Tensor {
    const names = [...this.parameters.keys()].filter((name) => name.startsWith(prefix));
    const tensors = names.map((name) => parameter(this.parameters, name));
    const { loss, gradients } = grad(this.device, tensors, forward);
    names.forEach((name, i) =>
      adamUpdate({
        parameter: tensors[i],
        gradient: gradients[i],
        first: parameter(this.state, `adam.first.${name}`),
        second: parameter(this.state, `adam.second.${name}`),
        state: this.#adamState,
      }, ADAM)
    );
    return loss;
  }

  #generate(inputs: Inputs): Tensor {
    return generator(inputs, this.parameters, this.configuration, this.#random);
  }

  #discriminate(image: Tensor, inputs: Inputs): Tensor {
    return discriminator(image, inputs, this.parameters, this.configuration, this.#random);
  }
}

function moments(device: Device, shapes: readonly ParameterShape[]): [string, Tensor][] {
  return ["adam.first", "adam.second"].flatMap((moment) =>
    shapes.map(({ name, shape }): [string, Tensor] => [
      `${moment}.${name}`,
      filled(device, shape, 0),
    ])
  );
}
