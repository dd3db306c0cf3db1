import { elementGroups, elementKernel } from "./kernel.ts";
import { assertShape, type Route, Tensor, type TensorDevice } from "./tensor.ts";

interface Step {
  readonly output: Tensor;
  readonly routes: readonly Route[];
}

/** The ops between some watched tensors and a loss, in the order in which they ran. */
export class Tape {
  readonly #tracked: Set<Tensor>;
  readonly #steps: Step[] = [];

  constructor(watched: readonly Tensor[]) {
    this.#tracked = new Set(watched);
  }

  record(output: Tensor, routes: readonly Route[]): void {
    const needed = routes.filter(([input]) => this.#tracked.has(input));
    if (needed.length === 0) return;
    this.#tracked.add(output);
    this.#steps.push({ output, routes: needed });
  }

  /**
   * Walks the steps once, last first, and returns the gradient of each tensor that has one.
   * @throws RangeError when an op gives a gradient of another shape than its input's.
   */
  backward(seeds: ReadonlyMap<Tensor, Tensor>): Map<Tensor, Tensor> {
    const gradients = new Map(seeds);
    for (const { output, routes } of this.#steps.toReversed()) {
      const upstream = gradients.get(output);
      if (!upstream) continue;
      gradients.delete(output);
      for (const [input, backward] of routes) {
        const gradient = backward(upstream);
        assertShape("backward", "gradient", gradient, input.shape);
        const before = gradients.get(input);
        gradients.set(input, before ? sum(before, gradient) : gradient);
      }
    }
    return gradients;
  }
}

/**
 * Records how gradients flow back through an op: every op calls it with its output and, for each input that
 * can have a gradient, the closure that computes it from the output's. Returns the output.
 */
export function differentiable(output: Tensor, ...routes: readonly Route[]): Tensor {
  output.device.tape?.record(output, routes);
  return output;
}

/**
 * For ops whose inputs' gradients come of one computation: it is made on the first call, as the tape gives each closure
 * of an op the same upstream gradient.
 */
export function once<A, B>(compute: (argument: A) => B): (argument: A) => B {
  let result: B | undefined;
  return (argument) => result ??= compute(argument);
}

/**
 * Runs `forward` and returns its loss (one value) with the gradient of the loss with respect to each
 * parameter, in their order; zeros where the loss does not depend on a parameter.
 * Tensors made inside belong to the scope around.
 * @throws RangeError when the loss has several values; Error inside another `grad`.
 */
export function grad(
  device: TensorDevice,
  parameters: readonly Tensor[],
  forward: () => Tensor,
): { loss: Tensor; gradients: Tensor[] } {
  const { output, gradients } = gradFrom(device, parameters, forward, (loss) => {
    if (loss.size !== 1) throw new RangeError(`grad: the loss [${loss.shape}] must be one value`);
    return filled(device, loss.shape, 1);
  });
  return { loss: output, gradients };
}

/**
 * As `grad` for an output of any shape and a given upstream gradient of the same shape: the
 * vector-Jacobian product.
 * @throws RangeError when the upstream gradient has another shape; Error inside another `grad`.
 */
export function gradFrom(
  device: TensorDevice,
  parameters: readonly Tensor[],
  forward: () => Tensor,
  upstreamOf: (output: Tensor) => Tensor,
): { output: Tensor; gradients: Tensor[] } {
  if (device.tape) throw new Error("grad: already recording: nested gradients are not built");
  const tape = new Tape(parameters);
  device.tape = tape;
  let output: Tensor;
  try {
    output = forward();
  } finally {
    device.tape = null;
  }
  const upstream = upstreamOf(output);
  assertShape("grad", "upstream", upstream, output.shape);
  const found = tape.backward(new Map([[output, upstream]]));
  const gradients = parameters.map((parameter) =>
    found.get(parameter) ?? filled(device, parameter.shape, 0)
  );
  return { output, gradients };
}

/** The same values, through which no gradient flows. */
export function detach(x: Tensor): Tensor {
  return new Tensor(x.device, x.shape, x.storage);
}

const fillKernel = elementKernel({
  name: "fill",
  write: ["y"],
  scalars: ["value"],
  source: `fn element(i: u32) { y[i] = p.value; }`,
});

/** A tensor with the same value everywhere. */
export function filled(device: TensorDevice, shape: readonly number[], value: number): Tensor {
  const y = device.empty(shape);
  fill(y, value);
  return y;
}

/** Gives all places of a tensor the same value. For state, outside `grad`. */
export function fill(y: Tensor, value: number): void {
  y.device.launch(fillKernel, { y }, { count: y.size, value }, elementGroups(y.size));
}

const sumKernel = elementKernel({
  name: "sum_gradients",
  read: ["a", "b"],
  write: ["y"],
  source: `fn element(i: u32) { y[i] = a[i] + b[i]; }`,
});

function sum(a: Tensor, b: Tensor): Tensor {
  const y = a.device.empty(a.shape);
  a.device.launch(sumKernel, { a, b, y }, { count: y.size }, elementGroups(y.size));
  return y;
}
