/** Work that is split over processes. */

/** Part `number` of `count`, counted from 1. */
export interface Shard {
  readonly number: number;
  readonly count: number;
}

/** All of the work as one part. */
export const whole: Shard = { number: 1, count: 1 };

/** The items of a shard: `first` to `end` - 1. Shards follow one another and differ by one item at most. */
export function shardRange(
  items: number,
  { number, count }: Shard,
): { first: number; end: number } {
  return {
    first: Math.floor(items * (number - 1) / count),
    end: Math.floor(items * number / count),
  };
}

/**
 * That parts which are done are all of one whole.
 *
 * @param where they lie, for the message
 * @throws Error that names those that are not done
 */
export function requireAllParts(done: readonly Shard[], where: string): void {
  const counts = new Set(done.map(({ count }) => count));
  const [count] = counts;
  if (count === undefined) throw new Error(`${where} has no finished part: run all --shard K/N`);
  if (counts.size > 1) {
    throw new Error(`${where} has parts of ${[...counts].join(" and of ")}: remove some`);
  }
  const numbers = new Set(done.map(({ number }) => number));
  const open = Array.from({ length: count }, (_, i) => i + 1)
    .filter((number) => !numbers.has(number)).map((number) => `${number}/${count}`).join(", ");
  if (open) throw new Error(`${where} has no finished part ${open}: run --shard ${open} first`);
}
