import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { resizeBilinear } from "../../kernels/resize_bilinear.ts";
import { assertClose, device, randomArray, upload } from "../op_check.ts";
import * as reference from "../reference/resize_bilinear.ts";

Deno.test("resizeBilinear: values at odd shapes, larger and smaller", async () => {
  const side = fc.integer({ min: 1, max: 13 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 3),
      fc.constantFrom(1, 3),
      fc.tuple(side, side),
      fc.tuple(side, side),
      fc.constantFrom(undefined, "inside" as const, "on the edge" as const),
      async (batch, channels, from, [height, width], first) => {
        const x = randomArray(1, [batch, channels, ...from]);
        const y = resizeBilinear(upload(x), { height, width, first });
        assertEquals(y.shape, [batch, channels, height, width]);
        const expected = reference.resizeBilinear(
          x,
          height,
          width,
          first === "on the edge" ? 0 : 0.5,
        );
        assertClose(await y.read(), expected.data, 1e-5, "values");
      },
    ),
    { seed: 23, numRuns: 20 },
  );
});

Deno.test("resizeBilinear: what does not fit is refused by name and shape", () => {
  const size = { height: 2, width: 2 };
  assertThrows(() => resizeBilinear(device.empty([3, 4]), size), TypeError, "resizeBilinear: x");
  const x = device.empty([1, 1, 3, 4]);
  assertThrows(() => resizeBilinear(x, { height: 2.5, width: 2 }), RangeError, "[1,1,2.5,2]");
});
