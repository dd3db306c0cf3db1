import type { BinaryName, UnaryName } from "../../kernels/elementwise.ts";

/** The element-wise operations on one number. */
export const unary: Record<UnaryName, (x: number, ...scalars: number[]) => number> = {
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x, slope) => x > 0 ? x : slope * x,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  log: Math.log,
  exp: Math.exp,
  abs: Math.abs,
  negate: (x) => -x,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  clamp: (x, low, high) => Math.min(Math.max(x, low), high),
  hardSwish: (x, factor) => factor * x * Math.min(Math.max(x + 3, 0), 6),
  scale: (x, factor) => factor * x,
  addScalar: (x, addend) => x + addend,
};

export const binary: Record<BinaryName, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  maximum: Math.max,
};
