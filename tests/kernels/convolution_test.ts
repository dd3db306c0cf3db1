import fc from "fast-check";
import { assertEquals, assertThrows } from "@std/assert";
import { gradFrom } from "../../engine/tape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { conv2d, leakyConv2d } from "../../kernels/conv2d.ts";
import { convTranspose2d } from "../../kernels/conv_transpose2d.ts";
import { type ConvolutionOptions, paddings } from "../../kernels/convolution/geometry.ts";
import { leakyRelu } from "../../kernels/elementwise.ts";
import { tune } from "../../kernels/tuning.ts";
import * as reference from "../reference/convolution.ts";
import { assertClose, checkOp, device, randomArray, testOnEachKind, upload } from "../op_check.ts";

interface Sizes extends ConvolutionOptions {
  readonly batch: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly size: readonly [height: number, width: number];
  readonly kernel: readonly [height: number, width: number];
  readonly bias: boolean;
}

/** `wideFrom` is the width of x from which x and y have five columns or more for each phase of the stride. */
const forms = [
  {
    op: conv2d,
    reference: reference.conv2d,
    weightShape: ({ channels, outChannels, kernel }: Sizes) => [outChannels, channels, ...kernel],
    fits: ({ size, kernel, ...options }: Sizes) =>
      size.every((length, axis) => length + 2 * paddings(options)[axis] >= kernel[axis]),
    wideFrom: (stride: number) => 5 * stride + 2,
  },
  {
    op: convTranspose2d,
    reference: reference.convTranspose2d,
    weightShape: ({ channels, outChannels, kernel }: Sizes) => [channels, outChannels, ...kernel],
    fits: ({ size, kernel, stride, ...options }: Sizes) =>
      size.every((length, axis) =>
        (length - 1) * stride - 2 * paddings({ stride, ...options })[axis] + kernel[axis] >= 1
      ),
    wideFrom: () => 9,
  },
];

const zeros = fc.integer({ min: 0, max: 2 });

/** Random x, weight and, where asked for, bias. */
function inputsOf(sizes: Sizes, weightShape: readonly number[]) {
  return [
    randomArray(1, [sizes.batch, sizes.channels, ...sizes.size]),
    randomArray(2, weightShape),
    ...(sizes.bias ? [randomArray(3, [sizes.outChannels])] : []),
  ];
}

// Kernel, stride, tile of output channels (4, 8, 16), bias and narrowness (below 5 columns) make shaders
// of their own, which a software driver compiles in a second each: few are drawn from, the rest varies.
const shaders = [
  { kernel: [2, 2], stride: 1, outChannels: [1, 3], bias: false, narrow: true, runs: 16 },
  { kernel: [1, 1], stride: 1, outChannels: [5], bias: true, narrow: false, runs: 5 },
  { kernel: [3, 3], stride: 1, outChannels: [17], bias: false, narrow: false, runs: 3 },
  { kernel: [4, 4], stride: 2, outChannels: [1, 3], bias: false, narrow: false, runs: 5 },
  { kernel: [4, 2], stride: 3, outChannels: [1, 3], bias: false, narrow: false, runs: 8 },
] as const;

const threeByThree = {
  batch: 2,
  outChannels: 19,
  size: [9, 11],
  kernel: [3, 3],
  stride: 1,
  padding: 1,
  bias: false,
} as const;
const manyChannels: Record<string, Sizes> = {
  "two tiles of channels in a uniform window": { ...threeByThree, channels: 20 },
  "a uniform window for each tile of channels": { ...threeByThree, channels: 60 },
  "several uniform windows for each tile of channels": { ...threeByThree, channels: 130 },
  "several uniform windows, a whole tile, a stride and a bias": {
    batch: 2,
    channels: 1100,
    outChannels: 4,
    size: [4, 11],
    kernel: [4, 4],
    stride: 2,
    padding: 1,
    bias: true,
  },
};

/** Weights are read from uniform windows by the first; tiles are of other sizes. */
const manyKinds = ["software-uniform", "software", "gpu", "gpu-wide", "gpu-large"] as const;

for (const { op, reference, weightShape, fits, wideFrom } of forms) {
  for (const [seed, { kernel, stride, outChannels, bias, narrow, runs }] of shaders.entries()) {
    const wide = wideFrom(stride);
    testOnEachKind(
      `${op.name} ${kernel.join("x")} stride ${stride}: values and gradients`,
      async () => {
        const sizes = fc.record({
          batch: fc.constantFrom(1, 3),
          channels: fc.constantFrom(1, 2, 3),
          outChannels: fc.constantFrom(...outChannels),
          size: fc.tuple(
            fc.integer({ min: 1, max: 5 }),
            fc.integer({ min: narrow ? 1 : wide, max: wide + 2 }),
          ),
          kernel: fc.constant(kernel),
          stride: fc.constant(stride),
          padding: fc.oneof(zeros, fc.tuple(zeros, zeros)),
          bias: fc.constant(bias),
        }).filter(fits);
        await fc.assert(
          fc.asyncProperty(sizes, (sizes) =>
            checkOp({
              op: (x, weight, bias) => op(x, weight, bias ?? null, sizes),
              reference: reference(sizes),
              inputs: inputsOf(sizes, weightShape(sizes)),
            })),
          { numRuns: runs, seed },
        );
      },
    );
  }

  for (const [what, sizes] of Object.entries(manyChannels)) {
    testOnEachKind(`${op.name}: ${what}`, async () => {
      const inputs = inputsOf(sizes, weightShape(sizes));
      const [x, weight, bias = null] = inputs.map(upload);
      const expected = reference(sizes)(inputs[0], inputs[1], inputs[2]).data;
      assertClose(await op(x, weight, bias, sizes).read(), expected, 1e-5, "values");
    }, manyKinds);
  }

  testOnEachKind(`${op.name}: gradient of weights over several uniform windows`, async () => {
    const sizes = { ...threeByThree, channels: 1, outChannels: 2, size: [5, 700] } as const;
    await checkOp({
      op: (x, weight) => op(x, weight, null, sizes),
      reference: reference(sizes),
      inputs: inputsOf(sizes, weightShape(sizes)),
      constants: [0],
    });
  }, manyKinds);
}

// One output channel: its gradient has one part, which the gather itself takes back through the leaky ReLU.
testOnEachKind("leakyConv2d 4x4 stride 2: values and gradients", async () => {
  const sizes = fc.record({
    batch: fc.constantFrom(1, 3),
    channels: fc.constantFrom(1, 3),
    outChannels: fc.constantFrom(1, 3),
    size: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 12, max: 14 })),
    kernel: fc.constant([4, 4] as const),
    stride: fc.constant(2),
    padding: fc.tuple(fc.integer({ min: 2, max: 3 }), zeros),
    bias: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(sizes, fc.constantFrom(0.2, 0.7), (sizes, slope) =>
      checkOp({
        op: (x, weight, bias) => leakyConv2d(x, weight, bias ?? null, sizes, slope),
        reference: reference.leakyConv2d(sizes, slope),
        inputs: inputsOf(sizes, [sizes.outChannels, sizes.channels, ...sizes.kernel]),
      })),
    { numRuns: 10, seed: 21 },
  );
});

Deno.test("leakyConv2d gives the bits of conv2d after leakyRelu, gradients over several windows too", async () => {
  const sizes = { ...threeByThree, channels: 19, outChannels: 130 };
  const [x, weight] = inputsOf(sizes, [130, 19, 3, 3]).map(upload);
  device.write(x, (await x.read()).map((value, i) => i % 5 === 0 ? 0 : value)); // at the kink
  const upstream = upload(randomArray(4, [2, 130, 9, 11]));
  const wordsOf = async (op: () => Tensor) => {
    const { output, gradients } = gradFrom(device, [x, weight], op, () => upstream);
    const bytes = await Promise.all(
      [output, ...gradients].map((tensor) => device.readBytes(tensor)),
    );
    return bytes.flatMap((ofTensor) => [...new Uint32Array(ofTensor)]);
  };
  tune(device, { copiesLarge: true });
  const expected = await wordsOf(() => conv2d(leakyRelu(x), weight, null, sizes));
  const words = await wordsOf(() => leakyConv2d(x, weight, null, sizes));
  tune(device, {});
  assertEquals(words.filter((word, i) => word !== expected[i]).length, 0);
});

Deno.test("conv2d, leakyConv2d as on gpu: the gradient of weights where a padded copy of x is larger than a tensor may be", async () => {
  const sizes = {
    ...threeByThree,
    channels: 33,
    outChannels: 1,
    size: [30, 31],
    kernel: [2, 2],
  } as const;
  const inputs = inputsOf(sizes, [1, 33, 2, 2]);
  const { kind } = device;
  device.kind = "gpu";
  Object.defineProperty(device, "mostBytes", {
    value: 5 * inputs[0].data.length,
    configurable: true,
  });
  for (const slope of [1, 0.2]) {
    await checkOp({
      op: (x, weight) =>
        slope === 1 ? conv2d(x, weight, null, sizes) : leakyConv2d(x, weight, null, sizes, slope),
      reference: reference.leakyConv2d(sizes, slope),
      inputs,
      constants: [0],
    });
  }
  Reflect.deleteProperty(device, "mostBytes");
  device.kind = kind;
});

Deno.test("convolutions refuse what does not fit, by name and shape", () => {
  const x = device.empty([1, 4, 8, 8]);
  const weight = device.empty([8, 3, 3, 3]);
  const options = { stride: 1, padding: 0 };
  assertThrows(() => conv2d(x, weight, null, options), RangeError, "expects 3 input channels");
  assertThrows(() => convTranspose2d(x, weight, null, options), RangeError, "expects 8 input");
  const square = device.empty([4, 4, 3, 3]);
  assertThrows(() => conv2d(x, square, device.empty([3]), options), RangeError, "bias [3]");
  assertThrows(() => conv2d(x, square, null, { stride: 0, padding: 0 }), RangeError, "stride 0");
  assertThrows(
    () => conv2d(device.empty([1, 4, 2, 2]), square, null, options),
    RangeError,
    "does not fit",
  );
});
