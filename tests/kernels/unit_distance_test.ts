import { assertThrows } from "@std/assert";
import fc from "fast-check";
import { unitDistance } from "../../kernels/unit_distance.ts";
import { assertClose, device, randomArray, upload } from "../op_check.ts";
import * as reference from "../reference/unit_distance.ts";

Deno.test("unitDistance: values, odd sizes too", async () => {
  const side = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(side, side, side, fc.nat(1000), async (channels, height, width, seed) => {
      const x = randomArray(seed, [2, channels, height, width]);
      const w = randomArray(seed + 1, [channels], 0, 1);
      const expected = reference.unitDistance(x, w).data;
      assertClose(await unitDistance(upload(x), upload(w)).read(), expected, 1e-5, "values");
    }),
    { seed: 6, numRuns: 10 },
  );
});

Deno.test("unitDistance: features of zeros are at no distance", async () => {
  const zeros = upload({ shape: [2, 3, 1, 1], data: new Float64Array(6) });
  const [distance] = await unitDistance(zeros, upload(randomArray(1, [3]))).read();
  assertClose([distance], [0], 0, "distance");
});

Deno.test("unitDistance: wrong shapes are refused", () => {
  const w = device.empty([4]);
  assertThrows(() => unitDistance(device.empty([3, 4, 2, 2]), w), RangeError, "x [3,4,2,2]");
  assertThrows(() => unitDistance(device.empty([2, 5, 2, 2]), w), RangeError, "w [4] must be [5]");
  assertThrows(() => unitDistance(device.empty([2, 4]), w), TypeError, "x [2,4] must be");
});
