import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { activations } from "../../kernels/activation.ts";
import { packPointwise, pointwiseConv2d } from "../../kernels/pointwise_conv2d.ts";
import {
  type Array64,
  assertClose,
  device,
  randomArray,
  testOnEachKind,
  upload,
} from "../op_check.ts";
import * as reference from "../reference/pointwise_conv2d.ts";

const pack = ({ shape: [outputs, inputs], data }: Array64) =>
  packPointwise(device, Float32Array.from(data), [outputs, inputs]);

interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly size: readonly [height: number, width: number];
  readonly withAddend: boolean;
}

async function check({ batch, channels, outChannels, size, withAddend }: Sizes): Promise<void> {
  const x = randomArray(1, [batch, channels, ...size]);
  const weight = randomArray(2, [outChannels, channels]);
  const bias = randomArray(3, [outChannels]);
  const addend = withAddend ? randomArray(4, [batch, outChannels, ...size]) : undefined;
  const y = pointwiseConv2d(upload(x), pack(weight), upload(bias), {
    activation: "none",
    addend: addend && upload(addend),
  });
  const expected = reference.pointwiseConv2d(x, weight, bias, addend);
  assertEquals(y.shape, expected.shape);
  assertClose(await y.read(), expected.data, 1e-5, "values");
}

testOnEachKind("pointwiseConv2d: values at odd shapes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        batch: fc.constantFrom(1, 3),
        channels: fc.constantFrom(1, 2, 3, 6),
        outChannels: fc.constantFrom(1, 3, 16, 19),
        size: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 7, 40)),
        withAddend: fc.boolean(),
      }),
      check,
    ),
    { seed: 22, numRuns: 12 },
  );
});

const sizes = { batch: 1, size: [3, 5], withAddend: true } as const;

Deno.test("pointwiseConv2d: weights of several uniform windows", async () => {
  await check({ ...sizes, channels: 400, outChannels: 70 });
});

Deno.test("pointwiseConv2d: many input channels make narrow tiles", async () => {
  await check({ ...sizes, channels: 1100, outChannels: 9 });
  await check({ ...sizes, channels: 2100, outChannels: 9 });
});

Deno.test("pointwiseConv2d: activations limit the sums with the addend", async () => {
  const [x, weight] = [randomArray(5, [1, 2, 4, 5], -9, 9), randomArray(6, [3, 2])];
  const [bias, addend] = [randomArray(7, [3]), randomArray(8, [1, 3, 4, 5])];
  const { data } = reference.pointwiseConv2d(x, weight, bias, addend);
  for (const activation of ["none", "relu", "relu6"] as const) {
    const { low, high } = activations[activation];
    const expected = data.map((sum) => Math.min(Math.max(sum, low), high));
    const options = { activation, addend: upload(addend) };
    const y = pointwiseConv2d(upload(x), pack(weight), upload(bias), options);
    assertClose(await y.read(), expected, 1e-5, activation);
  }
});

Deno.test("pointwiseConv2d: what does not fit is refused by name and shape", () => {
  const weight = pack(randomArray(2, [5, 4]));
  const bias = device.empty([5]);
  const x = device.empty([1, 4, 2, 3]);
  const plain = { activation: "none" } as const;
  assertThrows(
    () => pointwiseConv2d(device.empty([1, 3, 2, 3]), weight, bias, plain),
    RangeError,
    "pointwiseConv2d: x [1,3,2,3] must be [1,4,2,3]",
  );
  assertThrows(
    () => pointwiseConv2d(x, weight, device.empty([4]), plain),
    RangeError,
    "pointwiseConv2d: bias [4] must be [5]",
  );
  assertThrows(
    () => pointwiseConv2d(x, weight, bias, { ...plain, addend: x }),
    RangeError,
    "pointwiseConv2d: addend [1,4,2,3] must be [1,5,2,3]",
  );
  assertThrows(
    () => packPointwise(device, new Float32Array(5000), [1, 5000]),
    RangeError,
    "pointwiseConv2d: 5000 input channels are more than fit a window",
  );
});
