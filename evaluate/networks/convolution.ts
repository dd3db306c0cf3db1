import type { Device } from "../../engine/device.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { conv2d } from "../../kernels/conv2d.ts";
import type { ConvolutionOptions } from "../../kernels/convolution/geometry.ts";
import { relu } from "../../kernels/elementwise.ts";
import { packPointwise, pointwiseConv2d } from "../../kernels/pointwise_conv2d.ts";

/** Weights OIHW of a convolution, and a bias for each output. */
export interface ConvolutionWeights {
  readonly shape: readonly [outputs: number, inputs: number, height: number, width: number];
  readonly weight: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

export type Layer = (x: Tensor) => Tensor;

/** A convolution, then a ReLU, with its weights on a device. */
export function convolutionRelu(
  device: Device,
  { shape, weight, bias }: ConvolutionWeights,
  options: ConvolutionOptions,
): Layer {
  const [outputs, inputs, height, width] = shape;
  const offsets = device.tensor([outputs], bias);
  if (height * width === 1) {
    const packed = packPointwise(device, weight, [outputs, inputs]);
    return (x) => pointwiseConv2d(x, packed, offsets, { activation: "relu" });
  }
  const kernel = device.tensor(shape, weight);
  return (x) => relu(conv2d(x, kernel, offsets, options));
}
