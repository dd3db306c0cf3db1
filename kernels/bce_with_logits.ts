/**
 * Binary cross entropy of logits x, stable at any magnitude: with D = sigmoid(x),
 *   label 1: mean -log D = mean softplus(-x)        label 0: mean -log(1 - D) = mean softplus(x)
 * The authors' code ends D in a sigmoid and takes -log(D + 1e-7) instead. Where D stays above 1e-3
 * the two differ by less than 1e-4, and near 0 theirs loses its gradient; so both styles use this.
 */
import type { Tensor } from "../engine/tensor.ts";
import { negate, softplus } from "./elementwise.ts";
import { mean } from "./reduce.ts";

/** Mean binary cross entropy of the discriminator's logits (any shape) with one label for all; [1]. */
export function bceWithLogits(logits: Tensor, label: 0 | 1): Tensor {
  return mean(softplus(label === 1 ? negate(logits) : logits));
}
