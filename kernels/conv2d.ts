/**
 * conv2d: y[n, o, u, v] = bias[o] + sum over c, ky, kx of x[n, c, u stride + ky - padding, ...] weight[o, c, ky, kx]
 * x [N, C, H, W], weight OIHW [O, C, kh, kw], bias [O] -> [N, O, (H + 2 padding - kh) / stride + 1, ...].
 * Its gradients are the other two forms: see convolution/. leakyConv2d takes x through a leaky ReLU first.
 */
import { differentiable } from "../engine/tape.ts";
import type { Route, Tensor } from "../engine/tensor.ts";
import { fractionallyStrided, strided } from "./convolution/gather.ts";
import {
  checkConvolution,
  type ConvolutionOptions,
  paddings,
  viewWeight,
} from "./convolution/geometry.ts";
import { weightsGradient } from "./convolution/weights_gradient.ts";
import { leakyRelu } from "./elementwise.ts";
import { sumPerChannel } from "./reduce.ts";
import { tuningOf } from "./tuning.ts";

/**
 * Convolution with zero padding, as in the formula above.
 * @throws TypeError or RangeError when shapes, stride or padding don't fit.
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
): Tensor {
  return convolve(x, weight, bias, options, null);
}

/**
 * conv2d(leakyRelu(x, slope), ...), on a GPU without launches and memory for the activation.
 * @throws as `conv2d`.
 */
export function leakyConv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
  slope = 0.2,
): Tensor {
  return tuningOf(x.device).copiesLarge
    ? convolve(x, weight, bias, options, slope)
    : conv2d(leakyRelu(x, slope), weight, bias, options);
}

/** `slope` is that of a leaky ReLU that x goes through first. */
function convolve(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
  slope: number | null,
): Tensor {
  const { view, height, width } = checkConvolution("conv2d", x, weight, bias, options, 0);
  const { stride, padding } = options;
  const [rows, columns] = paddings(options);
  const outHeight = Math.floor((height + 2 * rows - view.kernelHeight) / stride) + 1;
  const outWidth = Math.floor((width + 2 * columns - view.kernelWidth) / stride) + 1;
  if (outHeight < 1 || outWidth < 1) {
    throw new RangeError(
      `conv2d: weight [${weight.shape}] does not fit into x [${x.shape}] with padding ${padding}`,
    );
  }
  const leak = (before: Tensor | null) => slope === null ? null : { slope, before };
  const y = strided(x, view, bias, options, [outHeight, outWidth], leak(null));
  const routes: Route[] = [
    [
      x,
      (g) =>
        fractionallyStrided(
          g,
          viewWeight("conv2d", weight, 1),
          null,
          options,
          [height, width],
          leak(x),
        ),
    ],
    [weight, (g) => weightsGradient(g, x, weight.shape, options, slope ?? 1)],
  ];
  if (bias) routes.push([bias, sumPerChannel]);
  return differentiable(y, ...routes);
}
