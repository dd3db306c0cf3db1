import { packConditions } from "../data/batch.ts";
import type { Picture, PoseTransfer } from "../data/types.ts";
import type { CapturedStep } from "../engine/capture.ts";
import type { Device } from "../engine/device.ts";
import type { Random } from "../engine/random.ts";
import type { Tensor } from "../engine/tensor.ts";
import { imageToPixels } from "../kernels/pixels.ts";
import type { GeneratorWeights } from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { generator } from "../model/generator.ts";
import { ConditionBuffers } from "../model/inputs.ts";
import { parameter, type Parameters } from "../model/parameters.ts";

/** Pictures painted at a time where nothing else is said. */
export const PAINTED_TOGETHER = 4;

/** The captured painting of batches of one size. */
interface PaintingStep {
  readonly count: number;
  readonly noise: Random | null;
  readonly buffers: ConditionBuffers;
  readonly step: CapturedStep<Tensor>;
}

/** A generator with its weights: fixed ones, or those that a trainer changes from step to step. */
export class Painter {
  readonly #steps: PaintingStep[] = [];

  /** A painter with parameters that are on the device already. */
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

  /** Takes the weights of another generator of the same configuration. */
  load({ values }: Pick<GeneratorWeights, "values">): void {
    for (const [name, { data }] of values) {
      this.device.write(parameter(this.parameters, name), data);
    }
  }

  /**
   * Each source, of the model's size, in its target pose; waits for the GPU.
   *
   * @param together pictures painted at a time
   * @param noise draws dropout; without it the most likely picture comes out
   * @throws RangeError where a source has another size
   */
  async paint(
    transfers: readonly PoseTransfer[],
    together = PAINTED_TOGETHER,
    noise: Random | null = null,
  ): Promise<Picture[]> {
    const pictures: Picture[] = [];
    for (let i = 0; i < transfers.length; i += together) {
      pictures.push(...await this.#paintBatch(transfers.slice(i, i + together), noise));
    }
    return pictures;
  }

  /** Makes what painting `count` pictures at a time needs. */
  prepare(count: number): void {
    this.#stepFor(count, null);
  }

  async #paintBatch(transfers: readonly PoseTransfer[], noise: Random | null): Promise<Picture[]> {
    const { skeleton, regions, size: { width, height } } = this.configuration;
    const { buffers, step } = this.#stepFor(transfers.length, noise);
    buffers.write(packConditions(transfers, skeleton, regions));
    step.replay();
    const bytes = await this.device.readBytes(step.result);
    const length = width * height * 3;
    return transfers.map((_, i) => ({
      width,
      height,
      pixels: new Uint8Array(bytes, i * length, length),
    }));
  }

  #stepFor(count: number, noise: Random | null): PaintingStep {
    const known = this.#steps.find((step) => step.count === count && step.noise === noise);
    if (known) return known;
    const { device, configuration } = this;
    const { size, skeleton, sigma } = configuration;
    const buffers = new ConditionBuffers(device, count, size, skeleton);
    const step = device.capture(() =>
      imageToPixels(generator(buffers.inputs(sigma), this.parameters, configuration, noise))
    );
    const made = { count, noise, buffers, step };
    this.#steps.push(made);
    return made;
  }
}
