import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gradFrom } from "../../engine/tape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { instanceNorm } from "../../kernels/instance_norm.ts";
import { layerNorm } from "../../kernels/layer_norm.ts";
import {
  type Array64,
  assertClose,
  checkOp,
  device,
  randomArray,
  testOnEachKind,
  upload,
} from "../op_check.ts";
import * as reference from "../reference/normalization.ts";

const axis = fc.integer({ min: 1, max: 5 });
const imageShapes = fc.tuple(fc.constantFrom(1, 3), fc.constantFrom(1, 2, 3), axis, axis);

type Triple<T> = [x: T, weight: T, bias: T];

const norms = [
  { op: instanceNorm, expected: reference.instanceNorm, weights: (channels: number) => channels },
  { op: layerNorm, expected: reference.layerNorm, weights: () => 1 },
];

for (const { op, expected, weights } of norms) {
  /** x with a weight and a bias that fit it. */
  const withWeights = (x: Array64): Triple<Array64> => {
    const count = weights(x.shape[1]);
    return [x, randomArray(11, [count], 0.5, 1.5), randomArray(12, [count])];
  };

  testOnEachKind(`${op.name}: values and gradients`, async () => {
    // Two values always become -1 and 1: nothing but rounding errors would be compared.
    const shapes = imageShapes.filter(([, , height, width]) => height * width > 2);
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(1000), (shape, seed) =>
        checkOp({
          op,
          reference: expected,
          inputs: withWeights(randomArray(seed, shape, -2, 2)),
          tolerance: 2e-5,
          gradientTolerance: 5e-4,
        })),
      { seed: 6, numRuns: 6 },
    );
  });

  testOnEachKind(`${op.name}: long runs, and a mean large against the deviation`, async () => {
    for (const shape of [[1, 1, 257, 1], [2, 3, 40, 33], [1, 1, 300, 257]]) {
      // Even and odd values differ, and so do the parts that are joined and, at 257, their counts.
      const x = randomArray(13, shape, 0.05, 0.15);
      const centred = withWeights({
        shape,
        data: x.data.map((value, i) => i % 2 ? value : -value),
      });
      assertClose(
        await op(...tensors(centred)).read(),
        expected(...centred).data,
        5e-6,
        `[${shape}]`,
      );
      const far = centred[0].data.map((value) => Math.fround(value + 1e3));
      const shifted = withWeights({ shape, data: far });
      // A mean in float32 is off by up to 3e-5, which is 3e-4 of the deviation of 0.1.
      assertClose(
        await op(...tensors(shifted)).read(),
        expected(...shifted).data,
        1e-3,
        `[${shape}] + 1000`,
      );
    }
  });

  testOnEachKind(
    `${op.name}: gradients over long runs agree with slopes of the op's definition`,
    async () => {
      const inputs = withWeights(randomArray(14, [2, 2, 23, 29], -2, 2));
      const upstream = randomArray(15, inputs[0].shape);
      const uploaded = tensors(inputs);
      const { gradients } = gradFrom(
        device,
        uploaded,
        () => op(...uploaded),
        () => upload(upstream),
      );
      for (const [which, input] of inputs.entries()) {
        const direction = randomArray(16 + which, input.shape);
        const moved = (by: number) => {
          const data = input.data.map((value, i) => value + by * direction.data[i]);
          const values = expected(
            ...inputs.with(which, { shape: input.shape, data }) as Triple<Array64>,
          );
          return dot(values.data, upstream.data);
        };
        const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assertClose(
          [dot(await gradients[which].read(), direction.data)],
          [slope],
          1e-4,
          `input ${which}`,
        );
      }
    },
  );

  testOnEachKind(
    `${op.name}: a picture of one colour gives the bias, and no NaN comes back`,
    async () => {
      const x = { shape: [2, 2, 3, 1], data: new Float64Array(12).fill(7) };
      const uploaded = tensors(withWeights(x));
      const upstream = upload(randomArray(18, x.shape));
      const { output, gradients } = gradFrom(
        device,
        uploaded,
        () => op(...uploaded),
        () => upstream,
      );
      assertClose(await output.read(), expected(...withWeights(x)).data, 1e-6, "values");
      for (const gradient of gradients) {
        assert((await gradient.read()).every(Number.isFinite));
      }
    },
  );
}

Deno.test("norms: the same bits each time", async () => {
  const x = upload(randomArray(19, [2, 2, 40, 40]));
  const one = device.tensor([1], new Float32Array([1]));
  assertEquals(await layerNorm(x, one, one).read(), await layerNorm(x, one, one).read());
});

Deno.test("norms: wrong shapes are refused", () => {
  const [x, two, three] = [[2, 3, 4, 5], [2], [3]].map((shape) => device.empty(shape));
  const cases: [() => unknown, string][] = [
    [() => instanceNorm(x, two, three), "instanceNorm: weight [2] must be [3]"],
    [() => instanceNorm(x, three, two), "instanceNorm: bias [2] must be [3]"],
    [
      () => instanceNorm(three, three, three),
      "instanceNorm: x [3] must be [batch, channels, height, width]",
    ],
    [() => layerNorm(x, three, three), "layerNorm: weight [3] must be [1]"],
    [() => layerNorm(two, two, two), "layerNorm: x [2] must be [batch, channels, height, width]"],
  ];
  for (const [call, message] of cases) assertThrows(call, Error, message);
});

function tensors([x, weight, bias]: Readonly<Triple<Array64>>): Triple<Tensor> {
  return [upload(x), upload(weight), upload(bias)];
}

function dot(a: ArrayLike<number>, b: Float64Array): number {
  return b.reduce((total, value, i) => total + value * a[i], 0);
}
