/**
 * conv_transpose2d: y[n, o, i stride + ky - padding, ...] += x[n, c, i, ...] weight[c, o, ky, kx], plus bias[o]
 * x [N, C, H, W], weight IOHW [C, O, kh, kw], bias [O] -> [N, O, (H - 1) stride - 2 padding + kh, ...].
 * It is the gradient of conv2d with respect to its input, and its own gradients are conv2d's: see convolution/.
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
import { sumPerChannel } from "./reduce.ts";

/**
 * Transposed convolution, as in the formula above.
 * @throws TypeError or RangeError when shapes, stride or padding don't fit.
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
): Tensor {
  const { view, height, width } = checkConvolution("conv_transpose2d", x, weight, bias, options, 1);
  const { stride, padding } = options;
  const [rows, columns] = paddings(options);
  const outHeight = (height - 1) * stride - 2 * rows + view.kernelHeight;
  const outWidth = (width - 1) * stride - 2 * columns + view.kernelWidth;
  if (outHeight < 1 || outWidth < 1) {
    throw new RangeError(
      `conv_transpose2d: padding ${padding} leaves nothing of x [${x.shape}] with weight [${weight.shape}]`,
    );
  }
  const y = fractionallyStrided(x, view, bias, options, [outHeight, outWidth]);
  const routes: Route[] = [
    [
      x,
      (g) => strided(g, viewWeight("conv_transpose2d", weight, 0), null, options, [height, width]),
    ],
    [weight, (g) => weightsGradient(x, g, weight.shape, options)],
  ];
  if (bias) routes.push([bias, sumPerChannel]);
  return differentiable(y, ...routes);
}
