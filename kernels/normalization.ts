/**
 * What instance_norm.ts and layer_norm.ts share. x is seen as [pictures, channels, length]: each of
 * the pictures x channels runs has its own mean and deviation, each channel its weight and bias.
 *
 *   xn = (x - mean) / deviation(variance),   y = weight xn + bias
 *   dx = weight / deviation (g - mean(g) - correction xn mean(g xn)),
 *   correction = 2 deviation d deviation / d variance
 *   dweight = sum of g xn, dbias = sum of g, over pictures and length
 *
 * Grids: `runGroups`, whose rows are the runs; for the sums `elementGroups` of their parts, as in reduce.ts.
 */
import { elementGroups, elementKernel, runGroups, runKernel } from "../engine/kernel.ts";
import { differentiable } from "../engine/tape.ts";
import { assertShape, type Tensor } from "../engine/tensor.ts";
import { moments } from "./moments.ts";
import { partsOf, sumGroups } from "./reduce.ts";

/** The definition of a normalisation: WGSL expressions of `variance` (and of `deviation`). */
interface Definition {
  readonly name: string;
  readonly deviation: string;
  readonly correction: string;
}

/** Makes the op `(x, channels, weight [channels], bias [channels]) => y`. */
export function normalization({ name, deviation, correction }: Definition) {
  const forward = runKernel({
    name,
    read: ["x", "mean", "variances", "weight", "bias"],
    write: ["y"],
    perRow: `let variance = variances[run];
  let centre = mean[run];
  let factor = weight[row] / (${deviation});
  let shift = bias[row];`,
    element: `y[at] = factor * (x[at] - centre) + shift;`,
  });
  const sums = elementKernel({
    name: `${name}_sums`,
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
  products[i] = product / (${deviation});
}`,
  });
  const backward = runKernel({
    name: `${name}_backward`,
    read: ["x", "mean", "variances", "g", "weight", "sums", "products"],
    write: ["dx"],
    perRow: `let variance = variances[run];
  let deviation = ${deviation};
  let centre = mean[run];
  let factor = weight[row] / deviation;
  let mean_g = sums[run] / f32(p.columns);
  let slope = ${correction} * products[run] / (deviation * f32(p.columns));`,
    element: `dx[at] = factor * (g[at] - mean_g - slope * (x[at] - centre));`,
  });

  return (x: Tensor, channels: number, weight: Tensor, bias: Tensor): Tensor => {
    assertShape(name, "weight", weight, [channels]);
    assertShape(name, "bias", bias, [channels]);
    const { device } = x;
    const pictures = x.shape[0];
    const runs = pictures * channels;
    const length = x.size / runs;
    const { mean, variance: variances } = moments(x, runs);
    const statistics = { x, mean, variances };
    const sizes = { rows: channels, columns: length };
    const groups = runGroups(pictures, channels, length);
    const y = device.empty(x.shape);
    device.launch(forward, { ...statistics, weight, bias, y }, sizes, groups);

    /** Sums of g and of g xn over each run: what all three gradients are made of. */
    const runSums = once((g: Tensor) => {
      const parts = partsOf(length);
      const count = runs * parts;
      const made = { sums: device.empty([count]), products: device.empty([count]) };
      const sizes = { count, length, parts };
      device.launch(sums, { ...statistics, g, ...made }, sizes, elementGroups(count));
      return parts === 1
        ? [made.sums, made.products]
        : sumGroups([made.sums, made.products], 1, runs);
    });
    const channelSums = once((g: Tensor) => sumGroups(runSums(g), pictures, channels));
    return differentiable(
      y,
      [x, (g) => {
        const dx = device.empty(x.shape);
        const [sums, products] = runSums(g);
        const bindings = { ...statistics, g, weight, sums, products, dx };
        device.launch(backward, bindings, sizes, groups);
        return dx;
      }],
      [weight, (g) => channelSums(g)[1]],
      [bias, (g) => channelSums(g)[0]],
    );
  };
}

/** Computes on the first call; the tape gives each closure of an op the same upstream gradient. */
function once<A, B>(compute: (argument: A) => B): (argument: A) => B {
  let result: B | undefined;
  return (argument) => result ??= compute(argument);
}
