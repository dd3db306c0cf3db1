/** A leaky ReLU that goes with a convolution: x where that is positive, `slope` x elsewhere. */
import type { Tensor } from "../../engine/tensor.ts";
import { unaryOps } from "../elementwise.ts";

/** What a gather reads goes through it; or, backwards, the gradients that it writes go back through it. */
export interface Leak {
  readonly slope: number;
  /** What went through it, where the gather writes its gradient; null where the gather reads it. */
  readonly before: Tensor | null;
}

/** WGSL of its value, and of a gradient g back through it at x; for kernels with a scalar `slope`. */
export const LEAK = `
fn leaky_relu(x: f32) -> f32 { return ${unaryOps.leakyRelu.value}; }
fn leaky_relu_backward(x: f32, g: f32) -> f32 { return ${unaryOps.leakyRelu.gradient}; }
`;
