import type { Device } from "../engine/device.ts";
import type { Random } from "../engine/random.ts";
import type { Shape, Tensor } from "../engine/tensor.ts";
import type { ModelConfiguration } from "./configuration.ts";
import { generator } from "./generator.ts";
import { type HostBatch, uploadBatch } from "./inputs.ts";
import type { Parameters } from "./parameters.ts";

/** A generator with its weights: fixed ones, or those that a trainer changes from step to step. */
export class Painter {
  constructor(
    readonly device: Device,
    readonly configuration: ModelConfiguration,
    readonly parameters: Parameters,
  ) {}

  /** Uploads weights by the names and shapes of `generatorParameters`. */
  static from(
    device: Device,
    configuration: ModelConfiguration,
    values: ReadonlyMap<
      string,
      { readonly shape: Shape; readonly data: Float32Array<ArrayBuffer> }
    >,
  ): Painter {
    const parameters = new Map(
      [...values].map(([name, { shape, data }]) => [name, device.tensor(shape, data)]),
    );
    return new Painter(device, configuration, parameters);
  }

  /** The people of a batch in their target poses: [N, 3, H, W] in [-1, 1]. `noise` draws dropout. */
  paint(batch: HostBatch, noise: Random | null): Tensor {
    const { device, configuration } = this;
    return device.scope(() => {
      const inputs = uploadBatch(device, batch, configuration.sigma);
      return generator(inputs, this.parameters, configuration, noise);
    });
  }
}
