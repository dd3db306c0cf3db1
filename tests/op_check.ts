import { assert } from "@std/assert";
import { gradFrom } from "../engine/tape.ts";
import { type DeviceKind, type Shape, sizeOf, type Tensor } from "../engine/tensor.ts";
import { multiply } from "../kernels/elementwise.ts";
import { openTestDevice } from "./device.ts";

/** Float64 values with a shape: what references take and return. */
export interface Array64 {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** One device for a whole test file. */
export const device = await openTestDevice();

/** A test for some kinds of devices: what the kernels choose for one is right on every other too. */
export function testOnEachKind(
  name: string,
  body: () => Promise<void>,
  kinds: readonly DeviceKind[] = ["software", "gpu"],
): void {
  for (const kind of kinds) {
    Deno.test(`${name}, as on ${kind}`, async () => {
      const { kind: own } = device;
      device.kind = kind;
      await body();
      device.kind = own;
    });
  }
}

/** Reproducible uniform values in [low, high). */
export function randomArray(seed: number, shape: Shape, low = -1, high = 1): Array64 {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    shape,
    data: Float64Array.from(
      { length: sizeOf(shape) },
      () => Math.fround(low + (high - low) * next()),
    ),
  };
}

export function upload({ shape, data }: Array64): Tensor {
  return device.tensor(shape, Float32Array.from(data));
}

/** Largest difference relative to the largest expected magnitude. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let magnitude = 1e-30;
  for (let i = 0; i < expected.length; i++) {
    if (!Number.isFinite(actual[i])) return Infinity;
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    magnitude = Math.max(magnitude, Math.abs(expected[i]));
  }
  return difference / magnitude;
}

export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert(
    actual.length === expected.length,
    `${what}: ${actual.length} values, expected ${expected.length}`,
  );
  const error = relativeError(actual, expected);
  assert(error <= tolerance, `${what}: relative error ${error} exceeds ${tolerance}`);
}

export interface OpCheck {
  readonly op: (...inputs: Tensor[]) => Tensor;
  /** Plain float64 definition of the same op. */
  readonly reference: (...inputs: Array64[]) => Array64;
  readonly inputs: readonly Array64[];
  /** Indices of the inputs that have no gradient (joints, regions, maps). */
  readonly constants?: readonly number[];
  readonly tolerance?: number;
  readonly gradientTolerance?: number;
}

/**
 * Compares an op with its reference: values, and the gradient of each input with central differences
 * of the float64 reference. The op stands in the middle of a graph, between products with random
 * factors, so that a dropped or misplaced upstream gradient shows.
 */
export async function checkOp(check: OpCheck): Promise<void> {
  const { op, reference, inputs, constants = [], tolerance = 1e-5, gradientTolerance = 1e-4 } =
    check;
  const factors = inputs.map((input, i) => randomArray(100 + i, input.shape, 0.5, 1.5));
  const scaled = inputs.map((input, i) => constants.includes(i) ? input : times(input, factors[i]));
  const expected = reference(...scaled);
  const outer = randomArray(200, expected.shape, 0.5, 1.5);
  const upstream = randomArray(201, expected.shape);

  const tensors = inputs.map(upload);
  const { output, gradients } = gradFrom(device, tensors, () => {
    const inner = tensors.map((x, i) =>
      constants.includes(i) ? x : multiply(x, upload(factors[i]))
    );
    return multiply(op(...inner), upload(outer));
  }, () => upload(upstream));
  assertClose(await output.read(), times(expected, outer).data, tolerance, "values");

  const weights = times(outer, upstream).data;
  for (const [i, input] of scaled.entries()) {
    if (constants.includes(i)) continue;
    const numeric = input.data.map((_, at) =>
      centralDifference(scaled, i, at, reference, weights) * factors[i].data[at]
    );
    assertClose(await gradients[i].read(), numeric, gradientTolerance, `gradient of input ${i}`);
  }
}

function times(a: Array64, b: Array64): Array64 {
  return { shape: a.shape, data: a.data.map((value, i) => value * b.data[i]) };
}

function centralDifference(
  inputs: readonly Array64[],
  which: number,
  at: number,
  reference: OpCheck["reference"],
  weights: Float64Array,
): number {
  const step = 1e-5;
  const shifted = (by: number) => {
    const data = inputs[which].data.slice();
    data[at] += by;
    const { data: out } = reference(...inputs.with(which, { shape: inputs[which].shape, data }));
    return out.reduce((sum, value, i) => sum + value * weights[i], 0);
  };
  return (shifted(step) - shifted(-step)) / (2 * step);
}
