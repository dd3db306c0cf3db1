/**
 * Moves an average towards a value, in place: average += rate (value - average).
 *
 * Grid: one element a value (`elementGroups`). The rate is read from a tensor, since it may change from
 * step to step.
 */
import { elementGroups, elementKernel } from "../engine/kernel.ts";
import { assertShape, type Tensor } from "../engine/tensor.ts";

const movingAverageKernel = elementKernel({
  name: "moving_average",
  read: ["value"],
  write: ["average"],
  window: { name: "rate", vectors: 1 },
  source: `fn element(i: u32) { average[i] += rate[0].x * (value[i] - average[i]); }`,
});

/**
 * Brings an average nearer to a value.
 *
 * @param average changed in place
 * @param value of the same shape
 * @param rate [4]: the share of `value`, 0..1, in its first place
 * @throws RangeError when shapes differ
 */
export function movingAverage(average: Tensor, value: Tensor, rate: Tensor): void {
  assertShape("movingAverage", "value", value, average.shape);
  assertShape("movingAverage", "rate", rate, [4]);
  const count = average.size;
  average.device.launch(
    movingAverageKernel,
    { average, value, rate },
    { count },
    elementGroups(count),
  );
}
