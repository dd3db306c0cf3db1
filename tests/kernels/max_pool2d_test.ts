import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gradFrom } from "../../engine/tape.ts";
import { maxPool2d } from "../../kernels/max_pool2d.ts";
import { checkOp, device, randomArray } from "../op_check.ts";
import * as reference from "../reference/max_pool2d.ts";

Deno.test("maxPool2d: values and gradient, odd sizes too", async () => {
  const side = fc.integer({ min: 2, max: 7 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 3),
      fc.constantFrom(1, 3),
      side,
      side,
      fc.nat(1000),
      (batch, channels, height, width, seed) =>
        checkOp({
          op: maxPool2d,
          reference: reference.maxPool2d,
          inputs: [randomArray(seed, [batch, channels, height, width])],
        }),
    ),
    { seed: 9, numRuns: 8 },
  );
});

Deno.test("maxPool2d: of equal values the first in raster order gets the gradient", async () => {
  // deno-fmt-ignore
  const x = device.tensor([1, 1, 2, 8], new Float32Array([
    5, 5,  1, 2,  0, -0,  -3, -2,
    5, 5,  2, 1,  0,  0,  -2, -2,
  ]));
  const upstream = device.tensor([1, 1, 1, 4], new Float32Array([1, 2, 3, 4]));
  const { output, gradients: [gradient] } = gradFrom(
    device,
    [x],
    () => maxPool2d(x),
    () => upstream,
  );
  assertEquals([...await output.read()], [5, 2, 0, -2]);
  // deno-fmt-ignore
  assertEquals([...await gradient.read()], [
    1, 0,  0, 2,  3, 0,  0, 4,
    0, 0,  0, 0,  0, 0,  0, 0,
  ]);
});

Deno.test("maxPool2d: wrong shapes are refused", () => {
  assertThrows(
    () => maxPool2d(device.empty([4, 4])),
    TypeError,
    "maxPool2d: x [4,4] must be [batch, channels, height, width]",
  );
  for (const shape of [[1, 3, 1, 8], [1, 3, 8, 1]]) {
    const message = `maxPool2d: x [${shape}] must be at least 2 pixels high and wide`;
    assertThrows(() => maxPool2d(device.empty(shape)), RangeError, message);
  }
});
