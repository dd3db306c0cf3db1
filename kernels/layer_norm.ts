/**
 * The normalisation of the paper's released code, per picture over channels, rows and columns:
 * y = weight (x - mean_n) / (deviation_n + 1e-3) + bias, with the biased deviation.
 * Kernels, layouts and grids: normalization.ts.
 */
import { imageShape, type Tensor } from "../engine/tensor.ts";
import { normalization } from "./normalization.ts";

const normalize = normalization({
  name: "layerNorm",
  deviation: "sqrt(variance) + 1e-3",
  // 0 for a picture of one colour, where xn is 0 too.
  correction: "select(0.0, deviation / sqrt(variance), variance > 0.0)",
});

/**
 * Normalises each picture of x [N, C, H, W] as a whole with weight [1] and bias [1].
 * @throws TypeError when x has not four axes; RangeError when weight or bias is not [1].
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  imageShape("layerNorm", "x", x);
  return normalize(x, 1, weight, bias);
}
