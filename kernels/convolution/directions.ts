/** The two ways through a convolution's weights, written as gathers: along its stride, and against it. */
import type { Tensor } from "../../engine/tensor.ts";
import { gatherConvolution } from "./gather.ts";
import type { ConvolutionOptions, WeightView } from "./geometry.ts";

/** Convolution of x [N, C, H, W] into a new [N, O, height, width]; output pixel u reads u stride - padding + k. */
export function strided(
  x: Tensor,
  view: WeightView,
  bias: Tensor | null,
  { stride, padding }: ConvolutionOptions,
  [height, width]: readonly [number, number],
): Tensor {
  const y = x.device.empty([x.shape[0], view.outChannels, height, width]);
  const axis = (count: number, kernel: number) => ({
    count,
    residues: stride,
    taps: Math.ceil(kernel / stride),
    first: 0,
    step: 1,
    outStart: 0,
    outStep: 1,
    inStart: -padding,
  });
  x.device.scope(() =>
    gatherConvolution({
      x,
      y,
      view,
      bias,
      rows: axis(height, view.kernelHeight),
      columns: axis(width, view.kernelWidth),
    })
  );
  return y;
}

/**
 * Transposed convolution of x [N, C, h, w] into a new [N, O, height, width]: output pixel o receives
 * x[i] w[k] for every o = i stride - padding + k. Outputs with the same remainder (o + padding) mod
 * stride have the same taps: each of the stride x stride phases is a gather.
 */
export function fractionallyStrided(
  x: Tensor,
  view: WeightView,
  bias: Tensor | null,
  { stride, padding }: ConvolutionOptions,
  [height, width]: readonly [number, number],
): Tensor {
  const y = x.device.empty([x.shape[0], view.outChannels, height, width]);
  const phases = (length: number, kernel: number) =>
    Array.from({ length: Math.min(stride, length) }, (_, phase) => {
      // The largest k that meets this phase; smaller ones follow, reading later inputs.
      const first = kernel - 1 - (((kernel - 1 - phase - padding) % stride) + stride) % stride;
      return {
        count: Math.ceil((length - phase) / stride),
        residues: 1,
        taps: Math.ceil(kernel / stride),
        first: first >>> 0,
        step: -stride,
        outStart: phase,
        outStep: stride,
        inStart: (phase + padding - first) / stride,
      };
    });
  x.device.scope(() => {
    for (const rows of phases(height, view.kernelHeight)) {
      for (const columns of phases(width, view.kernelWidth)) {
        gatherConvolution({ x, y, view, bias, rows, columns });
      }
    }
  });
  return y;
}
