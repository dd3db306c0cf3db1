import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import fc from "fast-check";
import { frechetDistance } from "../../evaluate/frechet.ts";
import { cholesky, eigenvalues, gram } from "../../evaluate/symmetric.ts";
import { assertClose, randomArray } from "../op_check.ts";
import { referenceValues } from "../reference/networks.ts";
import { madeUpRows } from "../networks/made_up.ts";

/** As networks.py makes them: each value is mixed with the one before it. */
function madeUpFeatures(name: string, count: number): Float32Array[] {
  return madeUpRows(name, count, 64).map((row) =>
    Float32Array.from(row, (value, i) => value + 0.5 * row.at(i - 1)!)
  );
}

const others = madeUpFeatures("others", 200);

Deno.test("frechetDistance: of sets larger and smaller than their features are long, as by SciPy", () => {
  const many = madeUpFeatures("many", 300).map((row) => row.map((value) => 1.5 * value + 0.25));
  assertClose([frechetDistance(many, others)], referenceValues("frechet.many"), 1e-6, "many");
  const few = madeUpFeatures("few", 40);
  assertClose([frechetDistance(few, others)], referenceValues("frechet.few"), 1e-5, "few");
});

Deno.test("frechetDistance: of a set and itself nothing, whichever way round the same", () => {
  assertLess(frechetDistance(others, others), 1e-9);
  const few = madeUpFeatures("few", 40);
  assertAlmostEquals(frechetDistance(few, others), frechetDistance(others, few), 1e-6);
  assertEquals(frechetDistance(few, others), frechetDistance(few, others), "to the bit");
});

Deno.test("frechetDistance: of sets that differ by a shift alone, its square", () => {
  const moved = others.map((row) => row.map((value, i) => value + (i === 3 ? 2 : 0)));
  assertAlmostEquals(frechetDistance(moved, others), 4, 1e-5);
});

Deno.test("frechetDistance: sets that have no covariance are refused", () => {
  const message = "needs two or more features of 64 values in each set";
  assertThrows(() => frechetDistance(others, others.slice(0, 1)), RangeError, message);
  assertThrows(
    () => frechetDistance(others, [others[0], new Float32Array(3)]),
    RangeError,
    message,
  );
  assertThrows(() => frechetDistance([], others), RangeError, "needs two or more");
});

Deno.test("symmetric: eigenvalues and triangles of matrices of any rank", () => {
  const side = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(side, side, fc.nat(1000), (n, rank, seed) => {
      const rows = Array.from({ length: rank }, (_, i) => randomArray(seed + i, [n]).data);
      const a = gram(rows, n);
      const trace = rows.reduce((sum, row) => sum + row.reduce((sum, x) => sum + x * x, 0), 0);
      const triangle = cholesky(a).values;
      const back = Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        let sum = 0;
        for (let k = 0; k <= j && j <= i; k++) sum += triangle[i * n + k] * triangle[j * n + k];
        return sum;
      });
      assertClose(back, a.values, 1e-5, "L L^T");
      const values = eigenvalues(a);
      assertAlmostEquals(values.reduce((sum, value) => sum + value), trace, 1e-12 * trace);
      const nothing = values.filter((value) => Math.abs(value) < 1e-12 * trace);
      assertEquals(nothing.length, Math.max(0, n - rank));
      assertEquals(values, values.toSorted());
    }),
    { seed: 4, numRuns: 50 },
  );
});

Deno.test("symmetric: known eigenvalues", () => {
  // The second difference of n values: 2 - 2 cos(k pi / (n + 1)).
  const n = 7;
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    values[i * n + i] = 2;
    if (i > 0) values[i * n + i - 1] = -1;
  }
  const expected = Float64Array.from(
    { length: n },
    (_, k) => 2 - 2 * Math.cos((k + 1) * Math.PI / (n + 1)),
  );
  assertClose(eigenvalues({ n, values }), expected, 1e-14, "eigenvalues");
});
