import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { activations } from "../../kernels/activation.ts";
import { depthwiseConv2d } from "../../kernels/depthwise_conv2d.ts";
import { assertClose, device, randomArray, upload } from "../op_check.ts";
import * as reference from "../reference/depthwise_conv2d.ts";

const plain = { stride: 1, activation: "none" } as const;

Deno.test("depthwiseConv2d: values at odd shapes, of both strides, by 3x3 and 5x5 taps", async () => {
  const side = fc.integer({ min: 1, max: 11 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 3),
      fc.constantFrom(1, 3, 5),
      side,
      side,
      fc.constantFrom(1, 2),
      fc.constantFrom(3, 5),
      fc.boolean(),
      async (batch, channels, height, width, stride, taps, withBias) => {
        const x = randomArray(1, [batch, channels, height, width]);
        const w = randomArray(2, [channels, 1, taps, taps]);
        const bias = withBias ? randomArray(3, [channels]) : undefined;
        const options = { ...plain, stride } as const;
        const y = depthwiseConv2d(upload(x), upload(w), bias ? upload(bias) : null, options);
        const expected = reference.depthwiseConv2d(stride)(x, w, bias);
        assertEquals(y.shape, expected.shape);
        assertClose(await y.read(), expected.data, 1e-5, "values");
      },
    ),
    { seed: 21, numRuns: 9 },
  );
});

Deno.test("depthwiseConv2d: activations limit the sums", async () => {
  const x = randomArray(4, [1, 3, 5, 6], -9, 9);
  const w = randomArray(5, [3, 1, 3, 3]);
  const { data } = reference.depthwiseConv2d(1)(x, w);
  for (const activation of ["none", "relu", "relu6"] as const) {
    const { low, high } = activations[activation];
    const expected = data.map((sum) => Math.min(Math.max(sum, low), high));
    const y = depthwiseConv2d(upload(x), upload(w), null, { stride: 1, activation });
    assertClose(await y.read(), expected, 1e-5, activation);
  }
});

Deno.test("depthwiseConv2d: what does not fit is refused by name and shape", () => {
  const x = device.empty([1, 4, 8, 8]);
  const w = device.empty([4, 1, 3, 3]);
  const refused = (message: string, ...[x, w, bias]: Parameters<typeof depthwiseConv2d>) =>
    assertThrows(() => depthwiseConv2d(x, w, bias, plain), Error, message);
  refused("depthwiseConv2d: x [4,8,8]", device.empty([4, 8, 8]), w, null, plain);
  refused(
    "depthwiseConv2d: w [3,1,3,3] must be [4,1,3,3]",
    x,
    device.empty([3, 1, 3, 3]),
    null,
    plain,
  );
  refused(
    "depthwiseConv2d: w [4,1,7,7] must be [4,1,3,3]",
    x,
    device.empty([4, 1, 7, 7]),
    null,
    plain,
  );
  refused(
    "depthwiseConv2d: w [4,1,5,3] must be [4,1,5,5]",
    x,
    device.empty([4, 1, 5, 3]),
    null,
    plain,
  );
  refused("depthwiseConv2d: bias [3] must be [4]", x, w, device.empty([3]), plain);
  const many = 2 ** 20;
  const pixels = device.empty([1, many, 1, 1]);
  refused("has more than 1048576 tiles", pixels, device.empty([many, 1, 3, 3]), null, plain);
});
