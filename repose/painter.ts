import type { CapturedStep } from "../engine/capture.ts";
import type { Device } from "../engine/device.ts";
import type { Random } from "../engine/random.ts";
import type { Tensor } from "../engine/tensor.ts";
import { imageToPixels } from "../kernels/pixels.ts";
import type { GeneratorWeights } from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { generator } from "../model/generator.ts";
import { BatchBuffers, type HostBatch } from "../model/inputs.ts";
import type { Parameters } from "../model/parameters.ts";

/** The captured painting of batches of one size. */
interface PaintingStep {
  readonly count: number;
  readonly noise: Random | null;
  readonly buffers: BatchBuffers;
  readonly step: CapturedStep<Tensor>;
}

/** A generator with its weights: fixed ones, or those that a trainer changes from step to step. */
export class Painter {
  readonly #steps: PaintingStep[] = [];

  constructor(
    readonly device: Device,
    readonly configuration: ModelConfiguration,
    readonly parameters: Parameters,
  ) {}

  /** Uploads the weights. */
  static from(device: Device, { configuration, values }: GeneratorWeights): Painter {
    const parameters = new Map(
      [...values].map(([name, { shape, data }]) => [name, device.tensor(shape, data)]),
    );
    return new Painter(device, configuration, parameters);
  }

  /**
   * The people of a batch in their target poses, as bytes [N, H, W, 3]; waits for the GPU. `noise`
   * draws dropout.
   */
  async paint(batch: HostBatch, noise: Random | null): Promise<Uint8Array> {
    const { buffers, step } = this.#stepFor(batch.count, noise);
    buffers.write(batch);
    step.replay();
    const bytes = await this.device.readBytes(step.result);
    return new Uint8Array(bytes, 0, batch.targetPixels.length);
  }

  #stepFor(count: number, noise: Random | null): PaintingStep {
    const known = this.#steps.find((step) => step.count === count && step.noise === noise);
    if (known) return known;
    const { device, configuration } = this;
    const { size, skeleton, sigma } = configuration;
    const buffers = new BatchBuffers(device, count, size, skeleton);
    const step = device.capture(() =>
      imageToPixels(generator(buffers.inputs(sigma), this.parameters, configuration, noise))
    );
    const made = { count, noise, buffers, step };
    this.#steps.push(made);
    return made;
  }
}
