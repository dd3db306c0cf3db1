/**
 * Adam (Kingma and Ba, 2015, algorithm 1), with PyTorch's place of epsilon:
 *
 *   m = beta1 m + (1 - beta1) g,   v = beta2 v + (1 - beta2) g^2
 *   parameter -= rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Grid: one thread for each value (`elementGroups`). What changes from step to step is read from `state`.
 */
import { elementGroups, elementKernel } from "../engine/kernel.ts";
import { assertShape, type Tensor } from "../engine/tensor.ts";

/** What Adam's author calls beta_1, beta_2 and epsilon. */
export interface AdamConstants {
  /** Share of the first moment that stays, 0..1. */
  readonly beta1: number;
  /** Share of the second moment that stays, 0..1. */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
}

/** A parameter, and what Adam keeps of it. */
export interface AdamTensors {
  /** Changed in place, as are both moments, which start as zeros. */
  readonly parameter: Tensor;
  /** Of the loss, with respect to the parameter. */
  readonly gradient: Tensor;
  /** Moving average of the gradient. */
  readonly first: Tensor;
  /** Moving average of its square. */
  readonly second: Tensor;
  /** [4]: what `adamState` makes, written anew before each step. */
  readonly state: Tensor;
}

const adamKernel = elementKernel({
  name: "adam",
  read: ["gradient"],
  write: ["parameter", "first", "second"],
  window: { name: "state", vectors: 1 },
  // 1 - beta is given too, as it would lose five digits in float32.
  scalars: ["beta1", "rest1", "beta2", "rest2", "epsilon"],
  source: `fn element(i: u32) {
  let rate = state[0].x;
  let g = gradient[i];
  let m = p.beta1 * first[i] + p.rest1 * g;
  let v = p.beta2 * second[i] + p.rest2 * g * g;
  first[i] = m;
  second[i] = v;
  parameter[i] -= rate / state[0].y * m / (sqrt(v / state[0].z) + p.epsilon);
}`,
});

/** The content of `AdamTensors.state` for step t = 1, 2, ...: [rate, 1 - beta1^t, 1 - beta2^t, 0]. */
export function adamState(
  step: number,
  learningRate: number,
  { beta1, beta2 }: AdamConstants,
): Float32Array<ArrayBuffer> {
  return new Float32Array([learningRate, 1 - beta1 ** step, 1 - beta2 ** step, 0]);
}

/** Updates a parameter and its moments in place, outside `grad`. @throws RangeError when shapes differ. */
export function adamUpdate(tensors: AdamTensors, { beta1, beta2, epsilon }: AdamConstants): void {
  const { parameter, gradient, first, second, state } = tensors;
  assertShape("adamUpdate", "gradient", gradient, parameter.shape);
  assertShape("adamUpdate", "first", first, parameter.shape);
  assertShape("adamUpdate", "second", second, parameter.shape);
  assertShape("adamUpdate", "state", state, [4]);
  const scalars = { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon };
  const count = parameter.size;
  parameter.device.launch(
    adamKernel,
    { parameter, gradient, first, second, state },
    { count, ...scalars },
    elementGroups(count),
  );
}
