import { assertEquals, assertThrows } from "@std/assert";
import { detach, differentiable, filled, grad, gradFrom } from "../../engine/tape.ts";
import { add, multiply, scale } from "../../kernels/elementwise.ts";
import { sum } from "../../kernels/reduce.ts";
import { device } from "../op_check.ts";

const values = (...numbers: number[]) =>
  device.tensor([numbers.length], Float32Array.from(numbers));

Deno.test("a tensor used several times gets the sum of its gradients", async () => {
  const x = values(1, 2, 3);
  const { loss, gradients } = grad(device, [x], () => sum(add(multiply(x, x), scale(x, 5))));
  assertEquals([...await loss.read()], [44]);
  assertEquals([...await gradients[0].read()], [7, 9, 11]);
});

Deno.test("gradients flow to watched tensors alone, and not through detach", async () => {
  const x = values(1, 2);
  const y = values(3, 4);
  const { gradients } = grad(device, [x, y], () => sum(multiply(x, detach(multiply(x, y)))));
  assertEquals([...await gradients[0].read()], [3, 8]);
  assertEquals([...await gradients[1].read()], [0, 0]);
});

Deno.test("closures of inputs that need no gradient are never called", () => {
  const x = values(1);
  const constant = values(2);
  grad(device, [x], () =>
    sum(differentiable(
      filled(device, [1], 2),
      [x, (g) => g],
      [constant, () => {
        throw new Error("called");
      }],
    )));
});

Deno.test("ops outside grad record nothing, and an exception inside ends the recording", () => {
  const x = values(1);
  assertThrows(() =>
    grad(device, [x], () => {
      throw new Error("stop");
    })
  );
  assertEquals(device.tape, null);
  grad(device, [x], () => sum(x));
});

Deno.test("a loss of several values, a gradient of another shape and nesting are refused", () => {
  const x = values(1, 2);
  assertThrows(() => grad(device, [x], () => scale(x, 2)), RangeError, "must be one value");
  assertThrows(
    () => grad(device, [x], () => sum(differentiable(scale(x, 1), [x, () => values(1)]))),
    RangeError,
    "backward: gradient [1] must be [2]",
  );
  assertThrows(() => grad(device, [x], () => grad(device, [x], () => sum(x)).loss), Error, "nest");
  assertThrows(() => gradFrom(device, [x], () => x, () => values(1)), RangeError, "upstream");
});
