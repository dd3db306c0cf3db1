import type { Device } from "../engine/device.ts";
import type { Random } from "../engine/random.ts";
import type { Shape, Tensor } from "../engine/tensor.ts";
import type { ModelConfiguration } from "./configuration.ts";
import { generator } from "./generator.ts";
import { type HostBatch, uploadBatch } from "./inputs.ts";
import type { Parameters } from "./parameters.ts";

/** A generator with its weights, for painting alone. */
export class Generator {
  private constructor(
    readonly device: Device,
    readonly configuration: ModelConfiguration,
    readonly parameters: Parameters,
  ) {}

  /** Uploads the weights, by the names and shapes of `generatorParameters`. */
  static from(
    device: Device,
    configuration: ModelConfiguration,
    values: ReadonlyMap<
      string,
      { readonly shape: Shape; readonly data: Float32Array<ArrayBuffer> }
    >,
  ): Generator {
    const parameters = new Map(
      [...values].map(([name, { shape, data }]) => [name, device.tensor(shape, data)]),
    );
    return new Generator(device, configuration, parameters);
  }

  /** The people of a batch in their target poses: [N, 3, H, W] in [-1, 1]. `noise` draws dropout. */
  generate(batch: HostBatch, noise: Random | null): Tensor {
    return this.device.scope(() =>
      generator(
        uploadBatch(this.device, batch, this.configuration.sigma),
        this.parameters,
        this.configuration,
        noise,
      )
    );
  }
}
