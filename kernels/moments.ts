/**
 * Mean and biased variance of each of `groups` equal runs of a tensor, safe where the mean is large
 * against the deviation. The values of a group are dealt to parts as in reduce.ts. A part's variance
 * comes from the deviations from its first value; parts are joined from their counts c, means and
 * variances: mean = sum c m / sum c, variance = sum c (v + (m - mean)^2) / sum c. The number of parts
 * is a power of two, so part j of P always holds the values j, j + P, j + 2 P ..., and its count is known.
 * Grid: one thread for each part (`elementGroups(groups * parts)`).
 */
import { elementGroups, elementKernel } from "../engine/kernel.ts";
import type { Tensor } from "../engine/tensor.ts";
import { partsOf } from "./reduce.ts";

const partKernel = elementKernel({
  name: "moments",
  read: ["x"],
  write: ["mean", "variance"],
  sizes: ["length", "parts"],
  source: `fn element(i: u32) {
  let part = i % p.parts;
  let start = i / p.parts * p.length;
  let shift = x[start + part];
  var total = 0.0;
  var squares = 0.0;
  for (var k = part; k < p.length; k += p.parts) {
    let deviation = x[start + k] - shift;
    total += deviation;
    squares += deviation * deviation;
  }
  let count = f32((p.length - part - 1u) / p.parts + 1u);
  let offset = total / count;
  mean[i] = shift + offset;
  // Never negative: the first value's deviation of 0 keeps the difference above offset^2 / count.
  variance[i] = squares / count - offset * offset;
}`,
});

const joinKernel = elementKernel({
  name: "join_moments",
  read: ["means", "variances"],
  write: ["mean", "variance"],
  sizes: ["length", "joining", "parts"],
  source: `fn count(part: u32) -> f32 { return f32((p.length - part - 1u) / p.joining + 1u); }
fn element(i: u32) {
  let part = i % p.parts;
  let start = i / p.parts * p.joining;
  let shift = means[start + part];
  var total = 0.0;
  var counts = 0.0;
  for (var k = part; k < p.joining; k += p.parts) {
    total += count(k) * (means[start + k] - shift);
    counts += count(k);
  }
  let joined = shift + total / counts;
  var squares = 0.0;
  for (var k = part; k < p.joining; k += p.parts) {
    let deviation = means[start + k] - joined;
    squares += count(k) * (variances[start + k] + deviation * deviation);
  }
  mean[i] = joined;
  variance[i] = squares / counts;
}`,
});

/** The moments of each of `groups` equal runs, [groups] each; no gradient. */
export function moments(x: Tensor, groups: number): { mean: Tensor; variance: Tensor } {
  const { device } = x;
  const length = x.size / groups;
  let parts = partsOf(length);
  const level = () => ({
    mean: device.empty([groups * parts]),
    variance: device.empty([groups * parts]),
  });
  let joined = level();
  let count = groups * parts;
  device.launch(partKernel, { x, ...joined }, { count, length, parts }, elementGroups(count));
  while (parts > 1) {
    const joining = parts;
    const { mean: means, variance: variances } = joined;
    parts = partsOf(joining);
    joined = level();
    count = groups * parts;
    const sizes = { count, length, joining, parts };
    device.launch(joinKernel, { means, variances, ...joined }, sizes, elementGroups(count));
  }
  return joined;
}
