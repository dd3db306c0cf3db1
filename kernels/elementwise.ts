/**
 * Element-wise operations: one line of a table each. `value` is the WGSL of the output from x (and y);
 * a gradient is the WGSL of what flows back, from the upstream gradient g, the inputs and the output
 * z; `p.NAME` is a number given with the call.
 * Layout: any shape, all tensors the same. Grid: `elementGroups` of their size.
 *
 * Where a derivative does not exist the tables do as PyTorch: 0 at the kink of relu and abs, the
 * slope at that of leakyRelu, 1 at the ends of clamp, half to each side of a tie of maximum. NaN
 * goes through everything but clamp and maximum, so a run that breaks shows.
 */
import { elementGroups, elementKernel, variants } from "../engine/kernel.ts";
import { differentiable } from "../engine/tape.ts";
import { assertShape, type Tensor } from "../engine/tensor.ts";
import { lines } from "./wgsl.ts";

interface UnaryOp {
  readonly value: string;
  readonly gradient: string;
}

interface BinaryOp {
  readonly value: string;
  readonly gradients: readonly [ofX: string, ofY: string];
}

const SIGMOID = "select(exp(-abs(x)), 1.0, x >= 0.0) / (1.0 + exp(-abs(x)))";
// exp never overflows here, as it does in WGSL's own tanh on some drivers.
const TANH = "sign(x) * (1.0 - exp(-2.0 * abs(x))) / (1.0 + exp(-2.0 * abs(x)))";

export const unaryOps = {
  relu: { value: "select(x, 0.0, x <= 0.0)", gradient: "select(g, 0.0, x <= 0.0)" },
  leakyRelu: {
    value: "select(x, p.slope * x, x <= 0.0)",
    gradient: "select(g, p.slope * g, x <= 0.0)",
  },
  tanh: { value: TANH, gradient: "g * (1.0 - z * z)" },
  sigmoid: { value: SIGMOID, gradient: "g * z * (1.0 - z)" },
  softplus: { value: "max(x, 0.0) + log(1.0 + exp(-abs(x)))", gradient: `g * ${SIGMOID}` },
  log: { value: "log(x)", gradient: "g / x" },
  exp: { value: "exp(x)", gradient: "g * z" },
  abs: { value: "abs(x)", gradient: "g * sign(x)" },
  negate: { value: "-x", gradient: "-g" },
  square: { value: "x * x", gradient: "2.0 * g * x" },
  sqrt: { value: "sqrt(x)", gradient: "0.5 * g / z" },
  clamp: {
    value: "clamp(x, p.low, p.high)",
    gradient: "select(0.0, g, x >= p.low && x <= p.high)",
  },
  hardSwish: {
    value: "p.factor * x * clamp(x + 3.0, 0.0, 6.0)",
    gradient: "p.factor * g * (clamp(x + 3.0, 0.0, 6.0) + select(0.0, x, abs(x) <= 3.0))",
  },
  scale: { value: "p.factor * x", gradient: "p.factor * g" },
  addScalar: { value: "x + p.addend", gradient: "g" },
} satisfies Record<string, UnaryOp>;

export const binaryOps = {
  add: { value: "x + y", gradients: ["g", "g"] },
  subtract: { value: "x - y", gradients: ["g", "-g"] },
  multiply: { value: "x * y", gradients: ["g * y", "g * x"] },
  maximum: {
    value: "max(x, y)",
    gradients: [
      "select(select(0.0, 0.5 * g, x == y), g, x > y)",
      "select(select(0.0, 0.5 * g, x == y), g, y > x)",
    ],
  },
} satisfies Record<string, BinaryOp>;

export type UnaryName = keyof typeof unaryOps;
export type BinaryName = keyof typeof binaryOps;

/** max(x, 0) */
export const relu = (x: Tensor): Tensor => unary("relu", x);
/** x where it is positive, `slope` x elsewhere; the paper's networks use 0.2. */
export const leakyRelu = (x: Tensor, slope = 0.2): Tensor => unary("leakyRelu", x, { slope });
/** Hyperbolic tangent, at any magnitude of x; absolute error below 1e-6. */
export const tanh = (x: Tensor): Tensor => unary("tanh", x);
/** 1 / (1 + e^-x), at any magnitude of x. */
export const sigmoid = (x: Tensor): Tensor => unary("sigmoid", x);
/** log(1 + e^x), at any magnitude of x; absolute error below 1e-6. */
export const softplus = (x: Tensor): Tensor => unary("softplus", x);
/** Natural logarithm; x must be positive. */
export const log = (x: Tensor): Tensor => unary("log", x);
/** e^x */
export const exp = (x: Tensor): Tensor => unary("exp", x);
/** |x| */
export const abs = (x: Tensor): Tensor => unary("abs", x);
/** -x */
export const negate = (x: Tensor): Tensor => unary("negate", x);
/** x^2 */
export const square = (x: Tensor): Tensor => unary("square", x);
/** Square root; x must be positive where a gradient is wanted. */
export const sqrt = (x: Tensor): Tensor => unary("sqrt", x);
/** x limited to `low` .. `high`. @throws RangeError when low exceeds high. */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) throw new RangeError(`clamp: low ${low} must not exceed high ${high}`);
  return unary("clamp", x, { low, high });
}
/** `factor` x min(max(x + 3, 0), 6); MobileNetV3 has a sixth. */
export const hardSwish = (x: Tensor, factor: number): Tensor => unary("hardSwish", x, { factor });
/** `factor` x */
export const scale = (x: Tensor, factor: number): Tensor => unary("scale", x, { factor });
/** x + `addend` */
export const addScalar = (x: Tensor, addend: number): Tensor => unary("addScalar", x, { addend });

/** x + y. @throws RangeError when the shapes differ, as do the three below. */
export const add = (x: Tensor, y: Tensor): Tensor => binary("add", x, y);
/** x - y */
export const subtract = (x: Tensor, y: Tensor): Tensor => binary("subtract", x, y);
/** x y */
export const multiply = (x: Tensor, y: Tensor): Tensor => binary("multiply", x, y);
/** The larger of x and y. */
export const maximum = (x: Tensor, y: Tensor): Tensor => binary("maximum", x, y);

function unary(name: UnaryName, x: Tensor, scalars: Scalars = {}): Tensor {
  const { value, gradient }: UnaryOp = unaryOps[name];
  const z = evaluate(name, value, { x }, scalars);
  return differentiable(z, [
    x,
    (g) => evaluate(`${name}_backward`, gradient, { x, z, g }, scalars),
  ]);
}

function binary(name: BinaryName, x: Tensor, y: Tensor): Tensor {
  assertShape(name, "y", y, x.shape);
  const { value, gradients: [ofX, ofY] }: BinaryOp = binaryOps[name];
  const z = evaluate(name, value, { x, y });
  const back = (gradient: string) => (g: Tensor) =>
    evaluate(`${name}_backward`, gradient, { x, y, g });
  return differentiable(z, [x, back(ofX)], [y, back(ofY)]);
}

type Scalars = Readonly<Record<string, number>>;

/** A new tensor with the value of a WGSL expression of the inputs and scalars, by their names. */
function evaluate(
  op: string,
  expression: string,
  inputs: Readonly<Record<string, Tensor>>,
  scalars: Scalars = {},
): Tensor {
  if (expression in inputs) return inputs[expression];
  const names = Object.keys(inputs).filter((name) => new RegExp(`\\b${name}\\b`).test(expression));
  const numbers = Object.keys(scalars);
  const kernel = expressionKernel({ op, expression, names, numbers });
  const [{ device, shape, size }] = Object.values(inputs);
  const result = device.empty(shape);
  const bindings = Object.fromEntries(names.map((name) => [`${name}_values`, inputs[name]]));
  device.launch(kernel, { ...bindings, result }, { count: size, ...scalars }, elementGroups(size));
  return result;
}

interface Expression {
  readonly op: string;
  readonly expression: string;
  readonly names: readonly string[];
  readonly numbers: readonly string[];
}

const expressionKernel = variants(({ op, expression, names, numbers }: Expression) =>
  elementKernel({
    name: op,
    read: names.map((name) => `${name}_values`),
    write: ["result"],
    scalars: numbers,
    source: `fn element(i: u32) {
  ${lines(names, (name) => `let ${name} = ${name}_values[i];`)}
  result[i] = ${expression};
}`,
  })
);
