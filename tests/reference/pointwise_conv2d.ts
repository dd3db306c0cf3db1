import type { Array64 } from "../op_check.ts";
import { at64, image64 } from "./image.ts";

/** 1x1 convolution: x [N, C, H, W], weight [O, C], bias [O]; addend [N, O, H, W] or none. */
export function pointwiseConv2d(
  x: Array64,
  weight: Array64,
  bias: Array64,
  addend?: Array64,
): Array64 {
  const [batch, channels, height, width] = x.shape;
  return image64([batch, weight.shape[0], height, width], (n, o, u, v) => {
    let sum = bias.data[o] + (addend ? at64(addend, n, o, u, v) : 0);
    for (let c = 0; c < channels; c++) sum += at64(x, n, c, u, v) * weight.data[o * channels + c];
    return sum;
  });
}
