import { assertThrows } from "@std/assert";
import { filled } from "../../engine/tape.ts";
import { adamState, adamUpdate } from "../../kernels/adam.ts";
import { assertClose, device, randomArray, upload } from "../op_check.ts";
import { adam } from "../reference/adam.ts";

const constants = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

Deno.test("adamUpdate: 20 steps with a falling rate follow the formula", async () => {
  const shape = [3, 5, 7];
  const start = randomArray(1, shape);
  const rates = Array.from({ length: 20 }, (_, i) => 0.01 / (1 + i));
  // Gradients of very different sizes, and one that is always zero.
  const gradients = rates.map((_, i) => {
    const { data } = randomArray(10 + i, shape);
    return data.map((value, at) => at === 0 ? 0 : Math.fround(value * 10 ** (at % 7 - 4)));
  });

  const parameter = upload(start);
  const first = filled(device, shape, 0);
  const second = filled(device, shape, 0);
  const state = device.empty([4]);
  for (const [i, rate] of rates.entries()) {
    const gradient = upload({ shape, data: gradients[i] });
    device.write(state, adamState(i + 1, rate, constants));
    adamUpdate({ parameter, gradient, first, second, state }, constants);
  }

  const moved = (await parameter.read()).map((value, i) => value - start.data[i]);
  const expected = adam(start.data, gradients, rates, constants).map((value, i) =>
    value - start.data[i]
  );
  assertClose(moved, expected, 2e-5, "parameter's way");
});

Deno.test("adamUpdate: shapes that differ are refused", () => {
  const [a, b, state] = [[2, 3], [3, 2], [4]].map((shape) => device.empty(shape));
  const tensors = { parameter: a, gradient: a, first: a, second: a, state };
  for (const name of ["gradient", "first", "second"]) {
    assertThrows(
      () => adamUpdate({ ...tensors, [name]: b }, constants),
      RangeError,
      `adamUpdate: ${name} [3,2] must be [2,3]`,
    );
  }
  assertThrows(
    () => adamUpdate({ ...tensors, state: a }, constants),
    RangeError,
    "state [2,3] must be [4]",
  );
});
