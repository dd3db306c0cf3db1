/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The e of y = c x^e that fits best: least squares of the logarithms. Values are positive. */
export function exponent(xs: readonly number[], ys: readonly number[]): number {
  const [u, v] = [xs, ys].map((values) => {
    const logarithms = values.map(Math.log);
    const mean = sum(logarithms) / logarithms.length;
    return logarithms.map((value) => value - mean);
  });
  return sum(u.map((value, i) => value * v[i])) / sum(u.map((value) => value ** 2));
}

/** The factor that several, one after the other, come to on average. Values are positive. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(sum(values.map(Math.log)) / values.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
