import type { Tensor } from "../engine/tensor.ts";
import { instanceNorm } from "../kernels/instance_norm.ts";
import { layerNorm } from "../kernels/layer_norm.ts";
import type { ModelConfiguration } from "./configuration.ts";
import { parameter, type Parameters } from "./parameters.ts";

/** Stride, size and padding of the layers that halve or double the resolution. */
export const RESAMPLE = { kernel: 4, stride: 2, padding: 1 } as const;

/** Size and padding of the layers that keep the resolution. */
export const KEEP = { kernel: 3, stride: 1, padding: 1 } as const;

/** Of the values that dropout sets to zero. */
export const DROPOUT_RATE = 0.5;

/** The norm of the block `name`, of the kind that the configuration asks for. */
export function normalize(
  x: Tensor,
  parameters: Parameters,
  name: string,
  { norm }: ModelConfiguration,
): Tensor {
  const apply = norm === "instance" ? instanceNorm : layerNorm;
  return apply(
    x,
    parameter(parameters, `${name}.norm.weight`),
    parameter(parameters, `${name}.norm.bias`),
  );
}
