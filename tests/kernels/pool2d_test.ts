import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { pool2d } from "../../kernels/pool2d.ts";
import { assertClose, device, randomArray, upload } from "../op_check.ts";
import * as reference from "../reference/pool2d.ts";

for (const pool of ["max", "average", "averageInside"] as const) {
  Deno.test(`pool2d: ${pool} of odd sizes`, async () => {
    const sizes = fc.record({
      shape: fc.tuple(
        fc.constantFrom(1, 3),
        fc.constantFrom(1, 3),
        fc.integer({ min: 3, max: 9 }),
        fc.integer({ min: 3, max: 9 }),
      ),
      size: fc.constantFrom(2, 3),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 1 }),
      seed: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ shape, seed, ...window }) => {
        // Below zero too, where zeros beyond the edge must not win.
        const x = randomArray(seed, shape, -2, 0.5);
        const expected = reference.pool2d(x, { pool, ...window });
        const y = pool2d(upload(x), { pool, ...window });
        assertEquals(y.shape, expected.shape);
        assertClose(await y.read(), expected.data, 1e-6, "values");
      }),
      { seed: 5, numRuns: 12 },
    );
  });
}

Deno.test("pool2d: windows that do not fit are refused", () => {
  const x = device.empty([1, 2, 2, 9]);
  const window = { pool: "max", size: 3, stride: 1, padding: 0 } as const;
  assertThrows(
    () => pool2d(x, window),
    RangeError,
    "pool2d: a window of 3x3 with padding 0 does not fit x [1,2,2,9]",
  );
  assertThrows(() => pool2d(x, { ...window, padding: 2 }), RangeError, "padding 2 does not fit");
  assertThrows(() => pool2d(device.empty([4, 4]), window), TypeError, "x [4,4] must be");
});
