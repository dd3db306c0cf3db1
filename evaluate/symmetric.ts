/**
 * Symmetric matrices in float64, row-major; of a symmetric one, or of a lower triangle, only what lies on the diagonal
 * and below it is read and written. The libraries at hand take minutes for the 2048 x 2048 of FID where this takes
 * seconds, as they compute eigenvectors too.
 */

/** An n x n matrix. */
export interface Matrix {
  readonly n: number;
  readonly values: Float64Array;
}

/** Rows that are added up while a row of the result stays in the cache; a multiple of four. */
const ROWS = 64;

/** The sum of the outer products of rows, each of n values, with themselves. */
export function gram(rows: readonly Float64Array[], n: number): Matrix {
  const values = new Float64Array(n * n);
  const zeros = new Float64Array(n);
  for (let first = 0; first < rows.length; first += ROWS) {
    const block = rows.slice(first, first + ROWS);
    while (block.length % 4 > 0) block.push(zeros);
    for (let i = 0; i < n; i++) {
      const row = values.subarray(i * n, i * n + i + 1);
      for (let r = 0; r < block.length; r += 4) addFour(row, i, block, r);
    }
  }
  return { n, values };
}

/** Adds rows[r .. r + 3], each times its i-th value: four at once, as loads and stores cost more than products. */
function addFour(row: Float64Array, i: number, rows: readonly Float64Array[], r: number): void {
  const [x0, x1, x2, x3] = [rows[r], rows[r + 1], rows[r + 2], rows[r + 3]];
  const [f0, f1, f2, f3] = [x0[i], x1[i], x2[i], x3[i]];
  for (let j = 0; j < row.length; j++) {
    row[j] += f0 * x0[j] + f1 * x1[j] + f2 * x2[j] + f3 * x3[j];
  }
}

function addScaled(row: Float64Array, factor: number, other: Float64Array): void {
  for (let j = 0; j < row.length; j++) row[j] += factor * other[j];
}

function dot(a: Float64Array, b: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[i] * b[i];
  return sum;
}

const rowOf = ({ n, values }: Matrix, i: number) => values.subarray(i * n, (i + 1) * n);

/** A pivot this small a share of the largest on the diagonal is rounding: the matrix has no more rank there. */
const NOTHING = 1e-12;

/** The lower triangle L with L L^T = a, for a without negative eigenvalues (Cholesky); a need not have full rank. */
export function cholesky(a: Matrix): Matrix {
  const { n } = a;
  const l = { n, values: new Float64Array(n * n) };
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a.values[i * n + i]);
  for (let i = 0; i < n; i++) {
    const row = rowOf(l, i);
    for (let j = 0; j < i; j++) {
      const pivot = l.values[j * n + j];
      if (pivot > 0) row[j] = (a.values[i * n + j] - dot(row, rowOf(l, j), j)) / pivot;
    }
    const pivot = a.values[i * n + i] - dot(row, row, i);
    row[i] = pivot > NOTHING * largest ? Math.sqrt(pivot) : 0;
  }
  return l;
}

/** The rows of a^T b, for lower triangles a and b. */
export function transposedProduct(a: Matrix, b: Matrix): Float64Array[] {
  const { n } = a;
  return Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(n);
    for (let k = i; k < n; k++) {
      addScaled(row.subarray(0, k + 1), a.values[k * n + i], rowOf(b, k));
    }
    return row;
  });
}

/** A tridiagonal matrix: its diagonal, and the squares of what lies beside it, `beside[i]` between i - 1 and i. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
}

/**
 * A tridiagonal matrix with the eigenvalues of `a`, by Householder's reflections from the last row on upwards: row i
 * loses all but its last two values to the reflection I - v v^T / h (Golub & Van Loan, section 8.3.1). Overwrites `a`.
 */
function tridiagonal(a: Matrix): Tridiagonal {
  const { n, values } = a;
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    diagonal[i] = values[i * n + i];
    if (i === 0) break;
    const v = values.slice(i * n, i * n + i);
    const square = dot(v, v, i);
    beside[i] = square;
    const last = v[i - 1];
    const length = last > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    const h = square - last * length;
    if (h === 0) continue;
    v[i - 1] = last - length;
    reflect(a, v, h);
  }
  return { diagonal, beside };
}

/** a - v q^T - q v^T of the first v.length rows, with p = a v / h and q = p - (v^T p / 2 h) v. */
function reflect(a: Matrix, v: Float64Array, h: number): void {
  const count = v.length;
  const q = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    const row = rowOf(a, j);
    q[j] += dot(row, v, j + 1);
    addScaled(q.subarray(0, j), v[j], row);
  }
  const half = dot(v, q, count) / (2 * h * h);
  for (let j = 0; j < count; j++) q[j] = q[j] / h - half * v[j];
  for (let j = 0; j < count; j++) {
    const row = a.values.subarray(j * a.n, j * a.n + j + 1);
    const [vj, qj] = [v[j], q[j]];
    for (let k = 0; k <= j; k++) row[k] -= vj * q[k] + qj * v[k];
  }
}

/** The eigenvalues of a symmetric matrix, in ascending order, by bisection of Sturm's counts. Overwrites `a`. */
export function eigenvalues(a: Matrix): Float64Array {
  const { diagonal, beside } = tridiagonal(a);
  const { n } = a;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    const radius = Math.sqrt(beside[i]) + Math.sqrt(beside[i + 1] ?? 0);
    low = Math.min(low, diagonal[i] - radius);
    high = Math.max(high, diagonal[i] + radius);
  }
  return Float64Array.from({ length: n }, (_, k) => {
    let [below, above] = [low, high];
    for (;;) {
      const middle = (below + above) / 2;
      if (middle <= below || middle >= above) return middle;
      if (countBelow(diagonal, beside, middle) > k) above = middle;
      else below = middle;
    }
  });
}

/** How many eigenvalues lie below x: the negative pivots of the matrix less x. */
function countBelow(diagonal: Float64Array, beside: Float64Array, x: number): number {
  let count = 0;
  let pivot = 1;
  for (let i = 0; i < diagonal.length; i++) {
    pivot = diagonal[i] - x - beside[i] / pivot;
    if (pivot === 0) pivot = -Number.MIN_VALUE;
    if (pivot < 0) count++;
  }
  return count;
}
