import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gradFrom } from "../../engine/tape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import * as ops from "../../kernels/elementwise.ts";
import { checkOp, device, randomArray } from "../op_check.ts";
import * as reference from "../reference/elementwise.ts";

const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
const scalars: Partial<Record<ops.UnaryName, number[]>> = {
  leakyRelu: [0.3],
  clamp: [-0.4, 0.7],
  hardSwish: [0.4],
  scale: [-1.7],
  addScalar: [0.6],
};
const onlyPositive = new Set<string>(["log", "sqrt"]);

/** An op of the table, by its name. */
function op<Name extends ops.UnaryName | ops.BinaryName>(name: Name) {
  return ops[name] as (...inputs: (Tensor | number)[]) => Tensor;
}

/** Values of both signs, away from 0. */
function awayFromZero(seed: number, shape: number[]) {
  const magnitudes = randomArray(seed, shape, 0.1, 1.5);
  const signs = randomArray(seed + 1, shape);
  return { shape, data: magnitudes.data.map((value, i) => value * Math.sign(signs.data[i])) };
}

for (const name of Object.keys(ops.unaryOps) as ops.UnaryName[]) {
  Deno.test(`${name}: values and gradient`, async () => {
    const numbers = scalars[name] ?? [];
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(1000), (shape, seed) => {
        const input = onlyPositive.has(name)
          ? randomArray(seed, shape, 0.1, 2)
          : awayFromZero(seed, shape);
        return checkOp({
          op: (x) => op(name)(x, ...numbers),
          reference: ({ shape, data }) => ({
            shape,
            data: data.map((x) => reference.unary[name](x, ...numbers)),
          }),
          inputs: [input],
        });
      }),
      { seed: 1, numRuns: 4 },
    );
  });
}

for (const name of Object.keys(ops.binaryOps) as ops.BinaryName[]) {
  Deno.test(`${name}: values and gradients, and shapes that differ`, async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(1000), (shape, seed) =>
        checkOp({
          op: op(name),
          reference: (x, y) => ({
            shape,
            data: x.data.map((value, i) => reference.binary[name](value, y.data[i])),
          }),
          inputs: [awayFromZero(seed, shape), awayFromZero(seed + 2, shape)],
        })),
      { seed: 2, numRuns: 4 },
    );
    assertThrows(
      () => op(name)(device.empty([2, 3]), device.empty([3, 2])),
      RangeError,
      `${name}: y [3,2] must be [2,3]`,
    );
  });
}

Deno.test("elementwise: no value is too large", async () => {
  const x = device.tensor([4], new Float32Array([-1e4, -50, 50, 1e4]));
  assertEquals([...await ops.tanh(x).read()], [-1, -1, 1, 1]);
  assertEquals([...await ops.softplus(x).read()], [0, 0, 50, 1e4]);
  assertEquals((await ops.sigmoid(x).read()).map(Math.round), new Float32Array([0, 0, 1, 1]));
});

Deno.test("elementwise: derivatives at kinks and ties are PyTorch's", async () => {
  const [zero, one, three, four, minusFour] = [0, 1, 3, 4, -4].map((value) =>
    device.tensor([1], new Float32Array([value]))
  );
  const cases: [Tensor, () => Tensor, number][] = [
    [zero, () => ops.relu(zero), 0],
    [zero, () => ops.leakyRelu(zero), Math.fround(0.2)],
    [zero, () => ops.abs(zero), 0],
    [zero, () => ops.clamp(zero, 0, 1), 1],
    [three, () => ops.hardSwish(three, 0.5), 4.5],
    [four, () => ops.hardSwish(four, 0.5), 3],
    [minusFour, () => ops.hardSwish(minusFour, 0.5), 0],
    [zero, () => ops.maximum(zero, device.tensor([1], new Float32Array([0]))), 0.5],
  ];
  for (const [x, forward, expected] of cases) {
    const { gradients: [gradient] } = gradFrom(device, [x], forward, () => one);
    assertEquals([...await gradient.read()], [expected], String(forward));
  }
});

Deno.test("hardSwish: beyond 3, the input or nothing", async () => {
  const x = device.tensor([4], new Float32Array([-100, -3, 3, 100]));
  assertEquals([...await ops.hardSwish(x, 0.5).read()], [-0, -0, 9, 300]);
});

Deno.test("elementwise: NaN shows", async () => {
  const x = device.tensor([1], new Float32Array([NaN]));
  for (const name of Object.keys(ops.unaryOps) as ops.UnaryName[]) {
    if (name === "clamp") continue;
    assertEquals([...await op(name)(x, ...scalars[name] ?? []).read()], [NaN], name);
  }
});

Deno.test("clamp: refuses crossed limits", () => {
  const error = "clamp: low 2 must not exceed high 1";
  assertThrows(() => ops.clamp(device.empty([1]), 2, 1), RangeError, error);
});
