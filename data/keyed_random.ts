/** Random draws that a key determines: the same key gives the same draws, in any order, anywhere. */
export class KeyedRandom {
  readonly #state: Uint32Array;

  /** Keys are integers; different (seed, stream, index) never share a state. */
  constructor(seed: number, stream: number, index: number) {
    this.#state = Uint32Array.of(seed, Math.floor(seed / 2 ** 32) ^ (stream << 24), index, 1);
    for (let i = 0; i < 15; i++) this.next();
  }

  /** Uniform in [0, 1): one step of sfc32 (Chris Doty-Humphrey, PractRand). */
  next(): number {
    const s = this.#state;
    const sum = (s[0] + s[1] + s[3]++) >>> 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = s[2] + (s[2] << 3);
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + sum;
    return sum / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** `centre` give or take `spread`. */
  near(centre: number, spread: number): number {
    return this.between(centre - spread, centre + spread);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)];
  }
}
