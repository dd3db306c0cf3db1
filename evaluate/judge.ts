import type { Picture, Sample } from "../data/types.ts";
import type { Metric, PairScore, PictureFeatures } from "./metrics.ts";
import type { Ratio, Row } from "./score.ts";
import { type PairRecord, recordedRows, type Value } from "./records.ts";

/** A pair and what was painted for it. */
export interface PaintedPair {
  readonly index: number;
  readonly source: Sample;
  readonly target: Sample;
  readonly painted: Picture;
}

export type Scores = PairRecord["scores"];

/** A metric that is ready. */
export interface OpenMetric {
  readonly metric: Metric;
  readonly score: PairScore | PictureFeatures;
}

/** What metrics find of a pair. @throws Error where a score is not finite. */
export async function judge(metrics: readonly OpenMetric[], pair: PaintedPair): Promise<Scores> {
  const { index, source, target, painted } = pair;
  const pictures: Readonly<Record<Row, Picture>> = {
    output: painted,
    source: source.picture,
    real: target.picture,
  };
  const scores: Record<string, Partial<Record<Row, Value>>> = {};
  for (const { metric, score } of metrics) {
    const rows: Partial<Record<Row, Value>> = {};
    for (const row of recordedRows(metric)) {
      const value = await score(pictures[row], target);
      requireFinite(value, `${metric.name} of pair ${index} (${row})`);
      rows[row] = value instanceof Float32Array ? toBase64(value) : value;
    }
    scores[metric.name] = rows;
  }
  return scores;
}

function requireFinite(value: number | Ratio | Float32Array, what: string): void {
  const numbers = typeof value === "number" ? [value] : Object.values(value);
  const wrong = numbers.find((number) => !Number.isFinite(number));
  if (wrong !== undefined) throw new Error(`${what} is ${wrong}, not a finite number`);
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return new Uint8Array(buffer, byteOffset, byteLength).toBase64();
}
