/** Which two members of which group a pair is made of; `source` and `target` count from 0. */
export interface PairPlace {
  readonly group: number;
  readonly source: number;
  readonly target: number;
}

/**
 * Numbers the ordered pairs (a, b), a != b, within groups of `sizes[g]` members: n (n - 1) a group,
 * group after group, by source and then by target. Nothing is listed; finding a pair is O(log groups).
 */
export class PairIndex {
  readonly count: number;
  /** Number of the first pair of each group. */
  readonly #starts: number[] = [];

  constructor(private readonly sizes: readonly number[]) {
    let count = 0;
    for (const size of sizes) {
      this.#starts.push(count);
      count += size * (size - 1);
    }
    this.count = count;
  }

  /** @throws RangeError for an index outside 0 .. count - 1. */
  at(index: number): PairPlace {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) {
      throw new RangeError(`pair ${index} does not exist: there are ${this.count}, from 0`);
    }
    const group = this.#groupOf(index);
    const within = index - this.#starts[group];
    const others = this.sizes[group] - 1;
    const source = Math.floor(within / others);
    const target = within % others;
    return { group, source, target: target < source ? target : target + 1 };
  }

  /** The last group that starts at or before the pair; groups without pairs share their successor's start. */
  #groupOf(index: number): number {
    let low = 0, high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle] <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
