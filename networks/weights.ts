import { float32, type StoredTensor } from "../engine/safetensors.ts";
import { type Shape, sizeOf } from "../engine/tensor.ts";

/** The tensors of a file of weights by their names, whatever its format. */
export type NamedTensors = ReadonlyMap<string, StoredTensor>;

/** What every network reads its weights through: the one check of names, shapes and values. */
export class Weights {
  /** `network` and `advice`, which weights to give instead, stand in errors. */
  constructor(
    readonly tensors: NamedTensors,
    readonly network: string,
    readonly advice: string,
  ) {}

  /** The shape of a tensor. @throws Error where it is missing. */
  shape(name: string): Shape {
    const tensor = this.tensors.get(name);
    if (tensor) return tensor.shape;
    throw new Error(`${this.network}: ${name} is missing; give ${this.advice}`);
  }

  /** The values of a tensor, whatever they are. @throws Error where it is missing or of another shape. */
  floats(name: string, shape: Shape): Float32Array<ArrayBuffer> {
    const tensor = this.tensors.get(name);
    if (tensor?.shape.join() !== shape.join()) {
      const found = tensor ? `has the shape [${tensor.shape}]` : "is missing";
      throw new Error(
        `${this.network}: ${name} ${found} but must be [${shape}]; give ${this.advice}`,
      );
    }
    return new Float32Array(float32(tensor));
  }

  /** As `floats`. @throws Error also where a value is not finite. */
  values(name: string, shape: Shape): Float32Array<ArrayBuffer> {
    const values = this.floats(name, shape);
    if (values.length !== sizeOf(shape) || !values.every(Number.isFinite)) {
      throw new Error(`${this.network}: ${name} is not all finite; give ${this.advice}`);
    }
    return values;
  }
}
