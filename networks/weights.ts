import { float32, type StoredTensor } from "../engine/safetensors.ts";
import { sizeOf } from "../engine/tensor.ts";

/** The tensors of a published network by their names. */
export type NamedTensors = ReadonlyMap<string, StoredTensor>;

/** What a network reads its weights through. */
export class NetworkWeights {
  /** `network` and `advice`, which weights to give instead, stand in errors. */
  constructor(
    readonly tensors: NamedTensors,
    readonly network: string,
    readonly advice: string,
  ) {}

  /** The values of a tensor. Throws an Error where it is missing, of another shape or not finite. */
  values(name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
    const tensor = this.tensors.get(name);
    if (tensor?.shape.join() !== shape.join()) {
      const found = tensor ? `is [${tensor.shape}]` : "is missing";
      throw new Error(
        `${this.network}: ${name} ${found} but must be [${shape}]; give ${this.advice}`,
      );
    }
    const values = new Float32Array(float32(tensor));
    if (values.length !== sizeOf(shape) || !values.every(Number.isFinite)) {
      throw new Error(`${this.network}: ${name} is not all finite; get the weights again`);
    }
    return values;
  }
}
