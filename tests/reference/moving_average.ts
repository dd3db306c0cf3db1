/** An average after it has moved to each of some values by that value's rate. */
export function movingAverage(
  average: Float64Array,
  values: readonly Float64Array[],
  rates: readonly number[],
): Float64Array {
  return values.reduce(
    (before, value, i) => before.map((x, at) => x + rates[i] * (value[at] - x)),
    average,
  );
}
