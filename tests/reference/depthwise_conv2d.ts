import type { Array64 } from "../op_check.ts";
import { at64, image64 } from "./image.ts";

/** Depthwise convolution with TensorFlow's "SAME" padding: x [N, C, H, W], w [C, 1, k, k], bias [C] or none. */
export function depthwiseConv2d(stride: number) {
  return (x: Array64, w: Array64, bias?: Array64): Array64 => {
    const [batch, channels, height, width] = x.shape;
    const taps = w.shape[2];
    const outHeight = Math.ceil(height / stride);
    const outWidth = Math.ceil(width / stride);
    const before = (inputs: number, outputs: number) =>
      Math.floor(Math.max(0, (outputs - 1) * stride + taps - inputs) / 2);
    const top = before(height, outHeight);
    const left = before(width, outWidth);
    return image64([batch, channels, outHeight, outWidth], (n, c, u, v) => {
      let sum = bias?.data[c] ?? 0;
      for (let i = 0; i < taps; i++) {
        for (let j = 0; j < taps; j++) {
          const value = at64(x, n, c, u * stride + i - top, v * stride + j - left);
          sum += value * w.data[(c * taps + i) * taps + j];
        }
      }
      return sum;
    });
  };
}
