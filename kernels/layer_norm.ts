/**
 * The normalisation of the paper's released code, per picture over channels, rows and columns, with one learnt weight
 * and one bias:
 *
 *   xn = (x - mean_n) / deviation, deviation = sqrt(variance_n) + 1e-3,   y = weight xn + bias
 *   dx = weight / deviation (g - mean(g) - correction xn mean(g xn)),
 *   correction = 2 deviation d deviation / d variance
 *   dweight = sum of g xn, dbias = sum of g
 *
 * A picture is too long for one team of threads, as in instance_norm.ts; so sums are made of parts, as in reduce.ts.
 * Grids: `runGroups`, whose rows are the pictures; for the sums `elementGroups` of their parts.
 */
import { elementGroups, elementKernel, runGroups, runKernel } from "../engine/kernel.ts";
import { differentiable, once } from "../engine/tape.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";
import { moments } from "./moments.ts";
import { partsOf, sumGroups } from "./reduce.ts";

const DEVIATION = "sqrt(variance) + 1e-3";
/** 0 for a picture of one colour, where xn is 0 too. */
const CORRECTION = "select(0.0, deviation / sqrt(variance), variance > 0.0)";

const forwardKernel = runKernel({
  name: "layerNorm",
  read: ["x", "mean", "variances", "weight", "bias"],
  write: ["y"],
  perRow: `let variance = variances[run];
  let centre = mean[run];
  let factor = weight[0] / (${DEVIATION});
  let shift = bias[0];`,
  element: `y[at] = factor * (x[at] - centre) + shift;`,
});
const sumsKernel = elementKernel({
  name: "layerNorm_sums",
  read: ["x", "mean", "variances", "g"],
  write: ["sums", "products"],
  sizes: ["length", "parts"],
  source: `fn element(i: u32) {
  let run = i / p.parts;
  let centre = mean[run];
  var total = 0.0;
  var product = 0.0;
  for (var k = i % p.parts; k < p.length; k += p.parts) {
    let upstream = g[run * p.length + k];
    total += upstream;
    product += upstream * (x[run * p.length + k] - centre);
  }
  let variance = variances[run];
  sums[i] = total;
  products[i] = product / (${DEVIATION});
}`,
});
const backwardKernel = runKernel({
  name: "layerNorm_backward",
  read: ["x", "mean", "variances", "g", "weight", "sums", "products"],
  write: ["dx"],
  perRow: `let variance = variances[run];
  let deviation = ${DEVIATION};
  let centre = mean[run];
  let factor = weight[0] / deviation;
  let mean_g = sums[run] / f32(p.columns);
  let slope = ${CORRECTION} * products[run] / (deviation * f32(p.columns));`,
  element: `dx[at] = factor * (g[at] - mean_g - slope * (x[at] - centre));`,
});

/**
 * Normalises each picture of x [N, C, H, W] as a whole with weight [1] and bias [1].
 * @throws TypeError when x has not four axes; RangeError when weight or bias is not [1].
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const { batch } = imageShape("layerNorm", "x", x);
  assertShape("layerNorm", "weight", weight, [1]);
  assertShape("layerNorm", "bias", bias, [1]);
  const { device } = x;
  const length = x.size / batch;
  const { mean, variance: variances } = moments(x, batch);
  const statistics = { x, mean, variances };
  const sizes = { rows: batch, columns: length };
  const groups = runGroups(1, batch, length);
  const y = device.empty(x.shape);
  device.launch(forwardKernel, { ...statistics, weight, bias, y }, sizes, groups);

  /** Sums of g and of g xn over each picture: what all three gradients are made of. */
  const pictureSums = once((g: Tensor) => {
    const parts = partsOf(length);
    const count = batch * parts;
    const made = { sums: device.empty([count]), products: device.empty([count]) };
    device.launch(
      sumsKernel,
      { ...statistics, g, ...made },
      { count, length, parts },
      elementGroups(count),
    );
    return parts === 1
      ? [made.sums, made.products]
      : sumGroups([made.sums, made.products], 1, batch);
  });
  const allSums = once((g: Tensor) => sumGroups(pictureSums(g), batch, 1));
  return differentiable(
    y,
    [x, (g) => {
      const dx = device.empty(x.shape);
      const [sums, products] = pictureSums(g);
      const bindings = { ...statistics, g, weight, sums, products, dx };
      device.launch(backwardKernel, bindings, sizes, groups);
      return dx;
    }],
    [weight, (g) => allSums(g)[1]],
    [bias, (g) => allSums(g)[0]],
  );
}
