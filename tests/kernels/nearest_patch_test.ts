import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { grad } from "../../engine/tape.ts";
import { nearestPatch } from "../../kernels/nearest_patch.ts";
import { type Array64, assertClose, checkOp, device, randomArray, upload } from "../op_check.ts";
import { nearestPatchReference } from "../reference/nearest_patch.ts";

Deno.test("nearestPatch: value and gradient over shapes and windows", async () => {
  const cases = fc.record({
    batch: fc.constantFrom(1, 3),
    channels: fc.constantFrom(1, 3, 5),
    height: fc.integer({ min: 1, max: 11 }),
    width: fc.integer({ min: 1, max: 7 }),
    window: fc.constantFrom(1, 3, 5),
    seed: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ batch, channels, height, width, window, seed }) => {
      const shape = [batch, channels, height, width];
      await checkOp({
        op: (a, b) => nearestPatch(a, b, window),
        reference: (a, b) => nearestPatchReference(a, b, window),
        inputs: [randomArray(seed, shape), randomArray(seed + 1, shape)],
        constants: [1],
        gradientTolerance: 1e-3,
      });
    }),
    { seed: 41, numRuns: 12 },
  );
});

Deno.test("nearestPatch: equal values have no gradient, the second picture never has", async () => {
  const x: Array64 = randomArray(1, [2, 3, 4, 5]);
  const [a, b] = [upload(x), upload(x)];
  const { loss, gradients } = grad(device, [a, b], () => nearestPatch(a, b, 3));
  const zeros = new Float32Array(120);
  assertEquals(await loss.read(), Float32Array.of(0));
  assertEquals(await gradients[0].read(), zeros);

  const shifted = upload({ shape: x.shape, data: x.data.map((value) => value + 9) });
  const far = grad(device, [a, shifted], () => nearestPatch(a, shifted, 3));
  assertEquals(await far.gradients[1].read(), zeros);
});

Deno.test("nearestPatch: of equal neighbours the first in raster order takes the gradient", async () => {
  // Both neighbours of the middle are at distance 1, on opposite sides in one channel each.
  const a = upload({ shape: [1, 2, 3, 1], data: Float64Array.of(9, 0, 9, 9, 0, 9) });
  const b = upload({ shape: [1, 2, 3, 1], data: Float64Array.of(1, 5, -1, 0, 5, 0) });
  const { gradients: [gradient] } = grad(device, [a], () => nearestPatch(a, b, 3));
  assertClose([(await gradient.read())[1]], [-1 / 3], 1e-6, "gradient of the middle");

  const row = { shape: [1, 1, 3, 3], data: Float64Array.of(5, 5, 1, 5, 5, 5, -1, 5, 5) };
  const c = upload({ shape: [1, 1, 3, 3], data: new Float64Array(9) });
  const d = upload(row);
  const { gradients: [diagonal] } = grad(device, [c], () => nearestPatch(c, d, 3));
  assertClose([(await diagonal.read())[4]], [-1 / 9], 1e-6, "upper right before lower left");
});

Deno.test("nearestPatch: wrong shapes and windows are refused", () => {
  const a = device.empty([1, 3, 4, 4]);
  assertThrows(
    () => nearestPatch(a, device.empty([1, 3, 4, 5]), 3),
    RangeError,
    "nearestPatch: b [1,3,4,5] must be [1,3,4,4]",
  );
  for (const window of [0, 2, 17, 1.5, -1]) {
    assertThrows(
      () => nearestPatch(a, a, window),
      RangeError,
      `nearestPatch: window ${window} must be an odd number from 1 to 15`,
    );
  }
});
