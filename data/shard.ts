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
