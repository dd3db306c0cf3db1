import type { Array64 } from "../op_check.ts";

/** Mean of -log sigmoid(x) for label 1, of -log(1 - sigmoid(x)) for label 0. */
export function bceWithLogitsReference({ data }: Array64, label: 0 | 1): Array64 {
  const probabilities = data.map((x) => 1 / (1 + Math.exp(-x)));
  const losses = probabilities.map((d) => -Math.log(label === 1 ? d : 1 - d));
  return { shape: [1], data: Float64Array.of(losses.reduce((a, b) => a + b) / data.length) };
}
