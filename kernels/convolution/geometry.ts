import { assertShape, imageShape, type Tensor } from "../../engine/tensor.ts";

/** Stride, the same along both axes, and zero padding: one number where it is too. */
export interface ConvolutionOptions {
  /** In pixels of the input, or of a transposed convolution's output. */
  readonly stride: number;
  /** Zeros beyond each edge. */
  readonly padding: number | readonly [rows: number, columns: number];
}

/** Zero rows above and below, and columns on either side. */
export function paddings({ padding }: ConvolutionOptions): readonly [number, number] {
  return typeof padding === "number" ? [padding, padding] : padding;
}

/**
 * How a kernel addresses a weight tensor: which axis is which depends on the operation, the memory
 * is always [first][second][kernelHeight][kernelWidth].
 */
export interface WeightView {
  readonly weight: Tensor;
  readonly outChannels: number;
  readonly inChannels: number;
  readonly outStride: number;
  readonly inStride: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
}

/** Views weights [first, second, kh, kw] with the output channels on the first or the second axis. */
export function viewWeight(op: string, weight: Tensor, outputAxis: 0 | 1): WeightView {
  if (weight.shape.length !== 4) {
    throw new TypeError(`${op}: weight [${weight.shape}] must have 4 axes`);
  }
  const [first, second, kernelHeight, kernelWidth] = weight.shape;
  const plane = kernelHeight * kernelWidth;
  const axes = [{ length: first, stride: second * plane }, { length: second, stride: plane }];
  const [out, input] = outputAxis === 0 ? axes : axes.toReversed();
  return {
    weight,
    outChannels: out.length,
    inChannels: input.length,
    outStride: out.stride,
    inStride: input.stride,
    kernelHeight,
    kernelWidth,
  };
}

/**
 * Checks what both convolutions take, with the weight's output channels on `outputAxis`.
 * @throws TypeError or RangeError, in the name of `op`, when it does not fit together.
 */
export function checkConvolution(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
  outputAxis: 0 | 1,
): { view: WeightView; height: number; width: number } {
  const { channels, height, width } = imageShape(op, "x", x);
  checkOptions(op, options);
  const view = viewWeight(op, weight, outputAxis);
  if (view.inChannels !== channels) {
    throw new RangeError(
      `${op}: weight [${weight.shape}] expects ${view.inChannels} input channels but x [${x.shape}] has ${channels}`,
    );
  }
  if (bias) assertShape(op, "bias", bias, [view.outChannels]);
  return { view, height, width };
}

/** @throws RangeError for a stride below 1, a negative padding, or fractions. */
function checkOptions(op: string, options: ConvolutionOptions): void {
  const { stride, padding } = options;
  const padded = paddings(options).every((zeros) => Number.isInteger(zeros) && zeros >= 0);
  if (!Number.isInteger(stride) || stride < 1 || !padded) {
    throw new RangeError(
      `${op}: stride ${stride} must be a whole number from 1 and padding ${padding} one from 0`,
    );
  }
}

/** The smallest of 4, 8, 16 that holds `channels`, at most `most`: the lane-uniform side of a thread's tile. */
export function channelTile(channels: number, most: number): number {
  return Math.min(most, channels <= 4 ? 4 : channels <= 8 ? 8 : 16);
}

/** The smallest power of two that holds `length`, at most `most`. */
export function tileSide(length: number, most: number): number {
  return Math.min(most, 2 ** Math.ceil(Math.log2(length)));
}

/** Values of a 64 KiB uniform window. */
export const WINDOW = 16384;

/** Rounds up to the 256 bytes to which uniform windows are aligned. */
export function alignWindow(values: number): number {
  return Math.ceil(values / 64) * 64;
}
