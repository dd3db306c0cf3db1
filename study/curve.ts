/** Curves of noisy losses. */
import type { LogRow, Loss } from "../train/log.ts";

/** Points that a curve has at most. */
const MOST_POINTS = 50;

export interface CurvePoint {
  readonly step: number;
  /** Null in a gap. */
  readonly value: number | null;
}

/** Steps of which curves show the mean, so that the longest log has `MOST_POINTS` points at most. */
export function smoothingWindow(logs: readonly (readonly LogRow[])[]): number {
  const last = Math.max(1, ...logs.map((rows) => rows.at(-1)?.step ?? 0));
  return Math.ceil(last / MOST_POINTS);
}

/**
 * The mean of a loss over each `window` steps after one another, at their middle; gaps where none of them has a finite
 * loss, or the log has no row.
 */
export function lossCurve(rows: readonly LogRow[], loss: Loss, window: number): CurvePoint[] {
  const blocks: number[][] = [];
  for (const row of rows) {
    const block = Math.floor((row.step - 1) / window);
    while (blocks.length <= block) blocks.push([]);
    const value = row[loss];
    if (value !== null) blocks[block].push(value);
  }
  const curve = blocks.map((values, block) => ({
    step: block * window + (window + 1) / 2,
    value: values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null,
  }));
  return curve.slice(curve.findIndex(({ value }) => value !== null));
}
