/** Published networks as data: what their layers are, and how these run. */
import type { Device } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { concat } from "../kernels/channels.ts";
import { conv2d } from "../kernels/conv2d.ts";
import type { ConvolutionOptions } from "../kernels/convolution/geometry.ts";
import { relu } from "../kernels/elementwise.ts";
import type { Activation } from "../kernels/activation.ts";
import { packPointwise, pointwiseConv2d } from "../kernels/pointwise_conv2d.ts";
import { pool2d, type PoolOptions } from "../kernels/pool2d.ts";

/** A convolution, then a ReLU. */
export interface Convolution extends ConvolutionOptions {
  /** That its weights begin with in the file. */
  readonly name: string;
  readonly outputs: number;
  readonly kernel: readonly [height: number, width: number];
}

/** Sequences that all see the same input; their outputs are put together along the channels. */
export interface Branches {
  readonly branches: readonly Sequence[];
}

export type SequenceStep = Convolution | PoolOptions | Branches;
export type Sequence = readonly SequenceStep[];

/** Weights OIHW of a convolution, and a bias for each output. */
export interface ConvolutionWeights {
  readonly shape: readonly [outputs: number, inputs: number, height: number, width: number];
  readonly weight: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

/** Gives the weights of a convolution of so many input channels. */
export type WeightsOf = (convolution: Convolution, inputs: number) => ConvolutionWeights;

export type Layer = (x: Tensor) => Tensor;

/** A part of a network, and the channels that it gives. */
export interface OpenPart {
  readonly run: Layer;
  readonly outputs: number;
}

/** Puts a sequence for so many input channels on a device. @throws what `weightsOf` throws. */
export function openSequence(
  device: Device,
  steps: Sequence,
  inputs: number,
  weightsOf: WeightsOf,
): OpenPart {
  const open = (steps: Sequence, inputs: number): OpenPart =>
    steps.reduce<OpenPart>(({ run, outputs }, step) => {
      const next = openStep(step, outputs);
      return { run: (x) => next.run(run(x)), outputs: next.outputs };
    }, { run: (x) => x, outputs: inputs });
  const openStep = (step: SequenceStep, inputs: number): OpenPart => {
    if ("pool" in step) return { run: (x) => pool2d(x, step), outputs: inputs };
    if ("branches" in step) {
      const parts = step.branches.map((branch) => open(branch, inputs));
      return {
        run: (x) => concat(parts.map(({ run }) => run(x))),
        outputs: parts.reduce((sum, { outputs }) => sum + outputs, 0),
      };
    }
    return { run: convolutionRelu(device, weightsOf(step, inputs), step), outputs: step.outputs };
  };
  return open(steps, inputs);
}

function convolutionRelu(
  device: Device,
  weights: ConvolutionWeights,
  options: ConvolutionOptions,
): Layer {
  const { shape, weight, bias } = weights;
  if (shape[2] * shape[3] === 1) return pointwise(device, weights, "relu");
  const [w, b] = [device.tensor(shape, weight), device.tensor([shape[0]], bias)];
  return (x) => relu(conv2d(x, w, b, options));
}

/** A convolution of one tap. */
export function pointwise(
  device: Device,
  { shape: [outputs, inputs], weight, bias }: ConvolutionWeights,
  activation: Activation,
): Layer {
  const w = packPointwise(device, weight, [outputs, inputs]);
  const b = device.tensor([outputs], bias);
  return (x) => pointwiseConv2d(x, w, b, { activation });
}
