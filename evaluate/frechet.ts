import { cholesky, eigenvalues, gram, type Matrix, transposedProduct } from "./symmetric.ts";

/**
 * The Fréchet distance of two sets of features, each as a normal distribution (Heusel et al., "GANs trained by a two
 * time-scale update rule converge to a local Nash equilibrium", 2017):
 *
 *   |m1 - m2|^2 + tr(C1) + tr(C2) - 2 tr sqrt(C1 C2)
 *
 * with unbiased covariances, all in float64 and in a fixed order. FID is this of Inception's 2048 pooled features.
 * Sets smaller than 2048 give covariances without full rank, and distances that are too large.
 * @throws RangeError for fewer than two features in a set, or features of different lengths.
 */
export function frechetDistance(
  features: readonly Float32Array[],
  others: readonly Float32Array[],
): number {
  const length = features[0]?.length ?? 0;
  for (const set of [features, others]) {
    if (set.length < 2 || set.some((values) => values.length !== length)) {
      throw new RangeError(
        `frechetDistance: needs two or more features of ${length} values in each set`,
      );
    }
  }
  const [a, b] = [features, others].map((set) => distribution(set, length));
  const apart = a.mean.reduce((sum, value, i) => sum + (value - b.mean[i]) ** 2, 0);
  const traces = trace(a.covariance) + trace(b.covariance);
  return Math.max(0, apart + traces - 2 * rootTrace(a.covariance, b.covariance));
}

function distribution(features: readonly Float32Array[], length: number) {
  const mean = new Float64Array(length);
  for (const values of features) {
    for (let i = 0; i < length; i++) mean[i] += values[i] / features.length;
  }
  const scale = 1 / Math.sqrt(features.length - 1);
  const deviations = features.map((values) =>
    Float64Array.from(values, (value, i) => (value - mean[i]) * scale)
  );
  return { mean, covariance: gram(deviations, length) };
}

function trace({ n, values }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i * n + i];
  return sum;
}

/**
 * tr sqrt(A B): with A = L L^T and B = M M^T, A B has the eigenvalues of (M^T L)^T (M^T L), which are those of a
 * symmetric matrix and not negative.
 */
function rootTrace(a: Matrix, b: Matrix): number {
  const product = gram(transposedProduct(cholesky(b), cholesky(a)), a.n);
  return eigenvalues(product).reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}
