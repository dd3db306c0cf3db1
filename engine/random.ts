import type { Device } from "./device.ts";
import { elementGroups, elementKernel } from "./kernel.ts";
import type { Shape, Tensor } from "./tensor.ts";

/**
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) in WGSL:
 * `philox(counter, key)` gives four independent 32-bit words; `uniform01(word)` lies in (0, 1).
 * WGSL has no 64-bit product, so the high word is made of four 16-bit ones.
 */
export const PHILOX = `
fn multiply_high(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu; let ah = a >> 16u; let bl = b & 0xffffu; let bh = b >> 16u;
  let middle = ah * bl + ((al * bl) >> 16u);
  let carry = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (carry >> 16u);
}
fn philox(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
  var c = counter; var k = key;
  for (var round = 0; round < 10; round++) {
    c = vec4<u32>(
      multiply_high(0xCD9E8D57u, c.z) ^ c.y ^ k.x, 0xCD9E8D57u * c.z,
      multiply_high(0xD2511F53u, c.x) ^ c.w ^ k.y, 0xD2511F53u * c.x);
    k += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
  }
  return c;
}
fn uniform01(word: u32) -> f32 { return (f32(word >> 8u) + 0.5) * (1.0 / 16777216.0); }
`;

/**
 * Counter-based random numbers from (seed, step, stream, index): a resumed run draws what the unbroken
 * run drew. The seed and the step live in a GPU buffer that kernels read; streams number the draws
 * inside a step, so they must be asked for in the same order each step.
 */
export class Random {
  /** Words [seed, step, 0, 0]; kernels bind it as `words: ["random"]`. */
  readonly state: Tensor;
  #stream = 0;

  /** Draws on a device; the seed is a whole number below 2^32. */
  constructor(readonly device: Device, readonly seed: number) {
    this.state = device.tensor([4], new Uint32Array([seed, 0, 0, 0]));
  }

  /** Starts a step: the streams begin anew. */
  beginStep(step: number): void {
    this.#stream = 0;
    this.device.write(this.state, new Uint32Array([this.seed, step, 0, 0]));
  }

  /** The number of the next draw of this step. */
  nextStream(): number {
    return this.#stream++;
  }
}

/** WGSL: `random_words(block, stream)`, four 32-bit words of a stream of the bound `random` state. */
export const RANDOM_WORDS = `${PHILOX}
fn random_words(block: u32, stream: u32) -> vec4<u32> {
  return philox(vec4<u32>(block, stream, random[1], 0u), vec2<u32>(random[0], 0u));
}
`;

const normalKernel = elementKernel({
  name: "normal",
  words: ["random"],
  write: ["y"],
  sizes: ["stream"],
  scalars: ["mean", "deviation"],
  source: `${RANDOM_WORDS}
// Box and Muller: two uniform numbers make one normal one.
fn element(i: u32) {
  let words = random_words(i, p.stream);
  let radius = sqrt(-2.0 * log(uniform01(words.x)));
  y[i] = p.mean + p.deviation * radius * cos(6.283185307179586 * uniform01(words.y));
}`,
});

/** Normally distributed values; takes one stream of `random`. */
export function normal(random: Random, shape: Shape, mean: number, deviation: number): Tensor {
  const y = random.device.empty(shape);
  fillNormal(random, y, mean, deviation);
  return y;
}

/** As `normal`, into a tensor that is there. For state, outside `grad`. */
export function fillNormal(random: Random, y: Tensor, mean: number, deviation: number): void {
  random.device.launch(
    normalKernel,
    { random: random.state, y },
    { count: y.size, stream: random.nextStream(), mean, deviation },
    elementGroups(y.size),
  );
}
