import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { mean, sum, sumPerChannel } from "../../kernels/reduce.ts";
import { assertClose, checkOp, device, randomArray, upload } from "../op_check.ts";
import * as reference from "../reference/reduce.ts";

const axis = fc.integer({ min: 1, max: 4 });
const imageShapes = fc.tuple(axis, fc.constantFrom(1, 3, 5), axis, axis);

for (const [name, op] of Object.entries({ sum, mean, sumPerChannel })) {
  Deno.test(`${name}: values and gradient`, async () => {
    await fc.assert(
      fc.asyncProperty(imageShapes, fc.nat(1000), (shape, seed) =>
        checkOp({
          op,
          reference: reference[name as keyof typeof reference],
          inputs: [randomArray(seed, shape, 0.1, 1)],
        })),
      { seed: 3, numRuns: 5 },
    );
  });
}

Deno.test("sum: several levels, exact and the same bits each time", async () => {
  for (const size of [256, 257, 65537, 300_001]) {
    const x = upload(randomArray(size, [size], 0, 1));
    const first = await sum(x).read();
    assertClose(
      first,
      reference.sum({ shape: [size], data: Float64Array.from(await x.read()) }).data,
      3e-6,
      `sum of ${size}`,
    );
    assertEquals(await sum(x).read(), first);
  }
});

Deno.test("sumPerChannel: batches and levels in every mixture", async () => {
  for (const shape of [[2, 3, 40, 33], [300, 2, 1, 2], [1, 1, 257, 257], [4, 5, 2, 1]]) {
    const x = randomArray(7, shape, 0, 1);
    assertClose(
      await sumPerChannel(upload(x)).read(),
      reference.sumPerChannel(x).data,
      3e-6,
      `[${shape}]`,
    );
  }
});

Deno.test("sumPerChannel: refuses what has no channels", () => {
  const error = "sumPerChannel: x [2,3] must be [batch, channels, height, width]";
  assertThrows(() => sumPerChannel(device.empty([2, 3])), TypeError, error);
});
