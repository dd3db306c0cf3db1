import { fillNormal, type Random } from "../engine/random.ts";
import { fill } from "../engine/tape.ts";
import { type Shape, sizeOf, type Tensor } from "../engine/tensor.ts";
import type { ModelConfiguration } from "./configuration.ts";

/** Tensors of a network by their checkpoint names. */
export type Parameters = ReadonlyMap<string, Tensor>;

/** A parameter's checkpoint name and shape. */
export interface ParameterShape {
  /** In checkpoints. */
  readonly name: string;
  /** In PyTorch's layout. */
  readonly shape: Shape;
}

/** The parameter of that name. @throws Error when the network has none. */
export function parameter(parameters: Parameters, name: string): Tensor {
  const found = parameters.get(name);
  if (!found) throw new Error(`the model has no parameter ${name}`);
  return found;
}

/**
 * Shapes of a convolution block `name`: its weight, a bias or none, and, where it is normalised, the
 * norm's weight and bias: one a channel (instance) or one in all (layer).
 */
export function blockShapes(
  name: string,
  weight: Shape,
  { bias = 0, norm = 0 }: { bias?: number; norm?: number },
  configuration: ModelConfiguration,
): ParameterShape[] {
  const shapes: ParameterShape[] = [{ name: `${name}.weight`, shape: weight }];
  if (bias > 0) shapes.push({ name: `${name}.bias`, shape: [bias] });
  if (norm > 0) {
    const shape = [configuration.norm === "instance" ? norm : 1];
    shapes.push({ name: `${name}.norm.weight`, shape }, { name: `${name}.norm.bias`, shape });
  }
  return shapes;
}

/** Number of values in all the parameters. */
export function countParameters(shapes: readonly ParameterShape[]): number {
  return shapes.reduce((total, { shape }) => total + sizeOf(shape), 0);
}

/** Deviation of fresh convolution weights (as in DCGAN, which the authors' code follows). */
const INITIAL_DEVIATION = 0.02;

/** Fresh parameters: weights N(0, 0.02), norms the identity, biases zero; one random stream a weight. */
export function initialParameters(
  random: Random,
  shapes: readonly ParameterShape[],
): Map<string, Tensor> {
  const tensors = new Map(shapes.map(({ name, shape }) => [name, random.device.empty(shape)]));
  initialize(random, tensors);
  return tensors;
}

/** Gives parameters that are there the values of `initialParameters`. */
export function initialize(random: Random, parameters: Parameters): void {
  for (const [name, tensor] of parameters) {
    if (name.endsWith(".norm.weight")) fill(tensor, 1);
    else if (name.endsWith(".bias")) fill(tensor, 0);
    else fillNormal(random, tensor, 0, INITIAL_DEVIATION);
  }
}
