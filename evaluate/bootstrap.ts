import { KeyedRandom } from "../data/keyed_random.ts";

/** Resamples that an interval is made of. */
export const RESAMPLES = 1000;
/** Keeps these draws apart from those of the same seed elsewhere. */
const STREAM = 77;

/** Shares of numbered pairs: `counts` is 1 where a pair has a plain number. */
export interface Shares {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** A number and its 95% confidence interval; null where there is none. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The share of each column over all pairs, sum of sums / sum of counts, and its 95% interval by the bootstrap (Efron and
 * Tibshirani, "An Introduction to the Bootstrap", section 13.3): the 2.5th and 97.5th percentile over `RESAMPLES` draws
 * of as many pairs with replacement, the same draws for each column. The same columns and seed give the same bits.
 */
export function estimateShares(columns: readonly Shares[], seed: number): Estimate[] {
  if (columns.length === 0) return [];
  const pairs = columns[0].sums.length;
  const all = Uint32Array.from({ length: pairs }, (_, i) => i);
  const resampled = columns.map(() => new Float64Array(RESAMPLES));
  const drawn = new Uint32Array(pairs);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const random = new KeyedRandom(seed, STREAM, resample);
    for (let i = 0; i < pairs; i++) drawn[i] = Math.floor(pairs * random.next());
    columns.forEach((column, i) => resampled[i][resample] = share(column, drawn));
  }
  return columns.map((column, i) => {
    const sorted = resampled[i].filter(Number.isFinite).sort();
    return {
      value: finite(share(column, all)),
      low: finite(percentile(sorted, 0.025)),
      high: finite(percentile(sorted, 0.975)),
    };
  });
}

function share({ sums, counts }: Shares, pairs: Uint32Array): number {
  let sum = 0, count = 0;
  for (const pair of pairs) {
    sum += sums[pair];
    count += counts[pair];
  }
  return sum / count;
}

/** Between the two nearest values, linearly; NaN of none. */
function percentile(sorted: Float64Array, fraction: number): number {
  const place = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(place)], above = sorted[Math.ceil(place)];
  return below + (above - below) * (place - Math.floor(place));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
