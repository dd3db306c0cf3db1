/**
 * Instance normalisation (Ulyanov et al., 2016), with learnt weight and bias:
 * y = weight_c (x - mean_nc) / sqrt(variance_nc + 1e-5) + bias_c, mean and biased variance over H x W.
 * Kernels, layouts and grids: normalization.ts.
 */
import { imageShape, type Tensor } from "../engine/tensor.ts";
import { normalization } from "./normalization.ts";

const normalize = normalization({
  name: "instanceNorm",
  deviation: "sqrt(variance + 1e-5)",
  correction: "1.0",
});

/**
 * Normalises each channel of each picture of x [N, C, H, W] with weight [C] and bias [C].
 * @throws TypeError when x has not four axes; RangeError when weight or bias is not [C].
 */
export function instanceNorm(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const { channels } = imageShape("instanceNorm", "x", x);
  return normalize(x, channels, weight, bias);
}
