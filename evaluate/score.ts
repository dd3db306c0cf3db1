/** What metrics give. */

/**
 * What is judged as if it had been painted: the model's output, the source as it is, and the real picture in the target's
 * pose.
 */
export type Row = "output" | "source" | "real";

/** A share: a set's is the sum of sums divided by the sum of counts. */
export interface Ratio {
  readonly sum: number;
  readonly count: number;
}
