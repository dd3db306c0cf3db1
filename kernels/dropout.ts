/**
 * Dropout, which is also the generator's noise: y_i = x_i / (1 - rate) where the uniform number
 * u_i >= rate, else 0. The mask is not kept: the counter generator draws it again for the gradient.
 * Grid: one thread for each block of four values, which share one draw of four words.
 */
import { elementGroups, elementKernel } from "../engine/kernel.ts";
import { type Random, RANDOM_WORDS } from "../engine/random.ts";
import { differentiable } from "../engine/tape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { lines, range } from "./wgsl.ts";

const dropoutKernel = elementKernel({
  name: "dropout",
  read: ["x"],
  words: ["random"],
  write: ["y"],
  sizes: ["length", "stream"],
  scalars: ["rate", "factor"],
  source: `${RANDOM_WORDS}
fn element(block: u32) {
  let words = random_words(block, p.stream);
  ${
    lines(range(4), (k) =>
      `{
    let i = block * 4u + ${k}u;
    if (i < p.length) { y[i] = select(0.0, p.factor * x[i], uniform01(words[${k}]) >= p.rate); }
  }`)
  }
}`,
});

/**
 * Sets each value of x to zero with probability `rate` and scales the others by 1 / (1 - rate), so
 * that the mean stays. Takes one stream of `random`.
 * @throws RangeError unless 0 <= rate < 1.
 */
export function dropout(x: Tensor, rate: number, random: Random): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: rate ${rate} must be in [0, 1)`);
  const count = Math.ceil(x.size / 4);
  const parameters = {
    count,
    length: x.size,
    stream: random.nextStream(),
    rate,
    factor: 1 / (1 - rate),
  };
  const masked = (x: Tensor) => {
    const y = x.device.empty(x.shape);
    x.device.launch(
      dropoutKernel,
      { x, random: random.state, y },
      parameters,
      elementGroups(count),
    );
    return y;
  };
  return differentiable(masked(x), [x, masked]);
}
