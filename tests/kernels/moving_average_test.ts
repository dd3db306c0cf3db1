import { assertThrows } from "@std/assert";
import fc from "fast-check";
import { movingAverage } from "../../kernels/moving_average.ts";
import { assertClose, device, randomArray, upload } from "../op_check.ts";
import { movingAverage as reference } from "../reference/moving_average.ts";

Deno.test("movingAverage: a series of values, for any shape and rate", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }),
      async (shape, rates) => {
        const start = randomArray(1, shape);
        const values = rates.map((_, i) => randomArray(2 + i, shape));
        const average = upload(start);
        for (const [i, rate] of rates.entries()) {
          const share = device.tensor([4], Float32Array.of(rate, 0, 0, 0));
          movingAverage(average, upload(values[i]), share);
        }
        const expected = reference(start.data, values.map(({ data }) => data), rates);
        assertClose(await average.read(), expected, 1e-6, "average");
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("movingAverage: shapes that differ are refused", () => {
  const [a, b, rate] = [[2, 3], [3, 2], [4]].map((shape) => device.empty(shape));
  assertThrows(() => movingAverage(a, b, rate), RangeError, "value [3,2] must be [2,3]");
  assertThrows(() => movingAverage(a, a, b), RangeError, "rate [3,2] must be [4]");
});
