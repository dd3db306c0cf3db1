import type { Array64 } from "../op_check.ts";
import { unary } from "./elementwise.ts";
import { type ConvolutionOptions, paddings } from "../../kernels/convolution/geometry.ts";

/** conv2d by its definition: x [N, C, H, W], weight [O, C, kh, kw], bias [O] or none. */
export function conv2d(options: ConvolutionOptions) {
  const { stride } = options;
  const [paddingY, paddingX] = paddings(options);
  return (x: Array64, weight: Array64, bias?: Array64): Array64 => {
    const [batch, channels, height, width] = x.shape;
    const [outChannels, , kernelHeight, kernelWidth] = weight.shape;
    const outHeight = Math.floor((height + 2 * paddingY - kernelHeight) / stride) + 1;
    const outWidth = Math.floor((width + 2 * paddingX - kernelWidth) / stride) + 1;
    const shape = [batch, outChannels, outHeight, outWidth];
    const data = new Float64Array(batch * outChannels * outHeight * outWidth);
    for (let n = 0, at = 0; n < batch; n++) {
      for (let o = 0; o < outChannels; o++) {
        for (let u = 0; u < outHeight; u++) {
          for (let v = 0; v < outWidth; v++, at++) {
            let sum = bias ? bias.data[o] : 0;
            for (let c = 0; c < channels; c++) {
              for (let ky = 0; ky < kernelHeight; ky++) {
                const y = u * stride + ky - paddingY;
                if (y < 0 || y >= height) continue;
                for (let kx = 0; kx < kernelWidth; kx++) {
                  const column = v * stride + kx - paddingX;
                  if (column < 0 || column >= width) continue;
                  sum += x.data[((n * channels + c) * height + y) * width + column] *
                    weight.data[((o * channels + c) * kernelHeight + ky) * kernelWidth + kx];
                }
              }
            }
            data[at] = sum;
          }
        }
      }
    }
    return { shape, data };
  };
}

/** conv2d of leaky_relu(x). */
export function leakyConv2d(options: ConvolutionOptions, slope: number) {
  return (x: Array64, weight: Array64, bias?: Array64): Array64 => {
    const data = x.data.map((value) => unary.leakyRelu(value, slope));
    return conv2d(options)({ ...x, data }, weight, bias);
  };
}

/** conv_transpose2d by its definition: x [N, C, H, W], weight [C, O, kh, kw], bias [O] or none. */
export function convTranspose2d(options: ConvolutionOptions) {
  const { stride } = options;
  const [paddingY, paddingX] = paddings(options);
  return (x: Array64, weight: Array64, bias?: Array64): Array64 => {
    const [batch, channels, height, width] = x.shape;
    const [, outChannels, kernelHeight, kernelWidth] = weight.shape;
    const outHeight = (height - 1) * stride - 2 * paddingY + kernelHeight;
    const outWidth = (width - 1) * stride - 2 * paddingX + kernelWidth;
    const shape = [batch, outChannels, outHeight, outWidth];
    const plane = outHeight * outWidth;
    const data = Float64Array.from(
      { length: batch * outChannels * plane },
      (_, i) => bias ? bias.data[Math.floor(i / plane) % outChannels] : 0,
    );
    for (let n = 0, at = 0; n < batch; n++) {
      for (let c = 0; c < channels; c++) {
        for (let i = 0; i < height; i++) {
          for (let j = 0; j < width; j++, at++) {
            for (let o = 0; o < outChannels; o++) {
              for (let ky = 0; ky < kernelHeight; ky++) {
                const y = i * stride + ky - paddingY;
                if (y < 0 || y >= outHeight) continue;
                for (let kx = 0; kx < kernelWidth; kx++) {
                  const column = j * stride + kx - paddingX;
                  if (column < 0 || column >= outWidth) continue;
                  data[(n * outChannels + o) * plane + y * outWidth + column] += x.data[at] *
                    weight.data[((c * outChannels + o) * kernelHeight + ky) * kernelWidth + kx];
                }
              }
            }
          }
        }
      }
    }
    return { shape, data };
  };
}
