import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { scaleChannels } from "../../kernels/scale_channels.ts";
import { assertClose, device, randomArray, upload } from "../op_check.ts";
import * as reference from "../reference/scale_channels.ts";

Deno.test("scaleChannels: values at odd shapes", async () => {
  const side = fc.constantFrom(1, 3, 40);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 3),
      fc.constantFrom(1, 5),
      side,
      side,
      async (batch, channels, height, width) => {
        const x = randomArray(1, [batch, channels, height, width]);
        const factors = randomArray(2, [batch, channels, 1, 1]);
        const y = scaleChannels(upload(x), upload(factors));
        const expected = reference.scaleChannels(x, factors);
        assertEquals(y.shape, expected.shape);
        assertClose(await y.read(), expected.data, 1e-6, "values");
      },
    ),
    { seed: 24, numRuns: 10 },
  );
});

Deno.test("scaleChannels: what does not fit is refused by name and shape", () => {
  const x = device.empty([2, 3, 4, 5]);
  assertThrows(
    () => scaleChannels(x, device.empty([2, 4, 1, 1])),
    RangeError,
    "scaleChannels: factors [2,4,1,1] must be [2,3,1,1]",
  );
  assertThrows(() => scaleChannels(device.empty([2, 3]), x), TypeError, "scaleChannels: x [2,3]");
});
