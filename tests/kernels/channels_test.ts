import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gradFrom } from "../../engine/tape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { concat, concatRelu, reshape, slice, stack } from "../../kernels/channels.ts";
import { relu } from "../../kernels/elementwise.ts";
import { type Array64, checkOp, device, randomArray } from "../op_check.ts";
import * as reference from "../reference/channels.ts";

const axis = fc.integer({ min: 1, max: 4 });

const channelCounts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });

Deno.test("concat and concatRelu: values and gradients, any number of tensors", async () => {
  await fc.assert(
    fc.asyncProperty(axis, axis, axis, channelCounts, async (batch, height, width, channels) => {
      const inputs = channels.map((count, i) => {
        const { shape, data } = randomArray(i, [batch, count, height, width]);
        return { shape, data: data.map((value) => value + 0.05 * Math.sign(value)) };
      });
      await checkOp({ op: (...tensors) => concat(tensors), reference: reference.concat, inputs });
      await checkOp({
        op: (...tensors) => concatRelu(tensors),
        reference: (...arrays) => {
          const { shape, data } = reference.concat(...arrays);
          return { shape, data: data.map((value) => Math.max(value, 0)) };
        },
        inputs,
      });
    }),
    { seed: 4, numRuns: 6 },
  );
});

Deno.test("concat and concatRelu: tensors of fewer pictures are repeated, gradients added up", async () => {
  const counts = fc.constantFrom(1, 2, 3, 6);
  await fc.assert(
    fc.asyncProperty(
      axis,
      axis,
      fc.array(counts, { minLength: 1, maxLength: 3 }),
      async (h, w, n) => {
        const inputs = [6, ...n].map((batch, i) =>
          randomArray(i, [batch, 1 + i % 2, h, w], 0.05, 1)
        );
        const repeated = (x: Array64) => ({
          shape: [6, ...x.shape.slice(1)],
          data: Float64Array.from(Array.from({ length: 6 / x.shape[0] }, () => [...x.data]).flat()),
        });
        const expected = (...arrays: Array64[]) => reference.concat(...arrays.map(repeated));
        for (const op of [concat, concatRelu]) {
          await checkOp({ op: (...tensors) => op(tensors), reference: expected, inputs });
        }
      },
    ),
    { seed: 41, numRuns: 4 },
  );
});

Deno.test("concat and concatRelu: more tensors than a kernel binds", async () => {
  for (const op of [concat, concatRelu]) {
    await checkOp({
      op: (...tensors) => op(tensors),
      reference: reference.concat,
      inputs: Array.from({ length: 8 }, (_, i) => randomArray(i, [2, 1 + i % 3, 1, 2], 0.05, 1)),
    });
  }
});

Deno.test("stack: values and gradients", async () => {
  await checkOp({
    op: (...tensors) => stack(tensors),
    reference: (...arrays) => ({
      shape: [6, 2, 3, 1],
      data: Float64Array.from(arrays.flatMap(({ data }) => [...data])),
    }),
    inputs: [2, 1, 3].map((pictures) => randomArray(pictures, [pictures, 2, 3, 1])),
  });
  assertThrows(() => stack([]), TypeError, "stack: needs at least one tensor");
  const [a, b] = [device.empty([2, 3, 4, 5]), device.empty([1, 2, 4, 5])];
  assertThrows(() => stack([a, b]), RangeError, "stack: tensor 1 [1,2,4,5] must be [1,3,4,5]");
});

Deno.test("concatRelu: the bits of relu after concat, NaN and zero too", async () => {
  const x = device.tensor([1, 2, 1, 2], new Float32Array([NaN, 0, -1, 3]));
  const g = device.tensor([1, 4, 1, 2], new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]));
  const run = async (op: () => Tensor) => {
    const { output, gradients: [gradient] } = gradFrom(device, [x], op, () => g);
    return [await output.read(), await gradient.read()];
  };
  assertEquals(await run(() => concatRelu([x, x])), await run(() => relu(concat([x, x]))));
});

Deno.test("slice: values and gradient", async () => {
  await fc.assert(
    fc.asyncProperty(
      axis,
      axis,
      axis,
      fc.nat(2),
      axis,
      fc.nat(2),
      (batch, height, width, before, count, after) =>
        checkOp({
          op: (x) => slice(x, before, before + count),
          reference: (x) => reference.slice(x, before, before + count),
          inputs: [randomArray(5, [batch, before + count + after, height, width])],
        }),
    ),
    { seed: 5, numRuns: 6 },
  );
});

Deno.test("reshape: values and gradient, without a copy", async () => {
  await checkOp({
    op: (x) => reshape(x, [3, 4]),
    reference: ({ data }) => ({ shape: [3, 4], data }),
    inputs: [randomArray(6, [2, 3, 2, 1])],
  });
  const x = device.empty([6]);
  assertEquals(reshape(x, [2, 3]).storage, x.storage);
});

Deno.test("channels: wrong shapes are refused", () => {
  const x = device.empty([2, 3, 4, 5]);
  assertThrows(() => concat([]), TypeError, "concat: needs at least one tensor");
  assertThrows(() => concat([device.empty([2, 3])]), TypeError, "concat: tensor 0 [2,3] must be");
  assertThrows(
    () => concat([x, device.empty([2, 3, 5, 4])]),
    RangeError,
    "concat: tensor 1 [2,3,5,4] must be [2,3,4,5]",
  );
  assertThrows(
    () => concat([device.empty([3, 1, 4, 5]), x]),
    RangeError,
    "concat: tensor 1 [2,3,4,5] must be [3,3,4,5]",
  );
  for (const [from, to] of [[-1, 1], [1, 1], [2, 4], [0.5, 2]]) {
    const message = `slice: channels ${from} up to ${to} are not within x [2,3,4,5]`;
    assertThrows(() => slice(x, from, to), RangeError, message);
  }
  assertThrows(
    () => reshape(x, [7]),
    RangeError,
    "reshape: x [2,3,4,5] has 120 values but [7] holds 7",
  );
});
