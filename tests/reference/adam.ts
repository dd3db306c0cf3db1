import type { AdamConstants } from "../../kernels/adam.ts";

/** The parameter after one update a gradient, from moments of zero. */
export function adam(
  parameter: Float64Array,
  gradients: readonly Float64Array[],
  learningRates: readonly number[],
  { beta1, beta2, epsilon }: AdamConstants,
): Float64Array {
  const m = new Float64Array(parameter.length);
  const v = new Float64Array(parameter.length);
  const result = parameter.slice();
  for (const [i, gradient] of gradients.entries()) {
    const step = i + 1;
    for (const [at, g] of gradient.entries()) {
      m[at] = beta1 * m[at] + (1 - beta1) * g;
      v[at] = beta2 * v[at] + (1 - beta2) * g * g;
      const mean = m[at] / (1 - beta1 ** step);
      const square = v[at] / (1 - beta2 ** step);
      result[at] -= learningRates[i] * mean / (Math.sqrt(square) + epsilon);
    }
  }
  return result;
}
