import type { Dataset, Pair } from "../data/dataset.ts";
import type { Picture } from "../data/picture.ts";
import { mapAhead } from "../data/picture_pool.ts";
import type { Features, Metric, PairScore, Ratio, Row, Tools } from "./metrics.ts";
import {
  type PairRecord,
  recordedRows,
  Records,
  type Run,
  type Shard,
  shardRange,
  type Value,
} from "./records.ts";

/** Pairs painted at a time: always as many, so that a picture's bits do not depend on the shard. */
export const BATCH = 4;
/** Batches that are read and painted while an earlier one is judged. */
const AHEAD = 2;

/** A part of an evaluation. */
export interface Evaluation {
  readonly run: Run;
  readonly shard: Shard;
  /** Where records are kept. */
  readonly folder: string;
  /** Its test pairs are judged. */
  readonly dataset: Dataset;
  /** Those that the run names. */
  readonly metrics: readonly Metric[];
  readonly tools: Tools;
  /** Paints `BATCH` pairs. The picture of a pair must not depend on the other pairs. */
  readonly paint: (pairs: readonly Pair[]) => Promise<Picture[]>;
  /** Learns how many pairs of the shard have records, and how many it has. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Paints and judges the pairs of a shard that have no record yet, and records each.
 * Throws an Error where the folder holds another run's records, a picture cannot be read, or a score is not finite.
 */
export async function evaluateShard(evaluation: Evaluation): Promise<void> {
  const { run, shard, folder, metrics, tools, onProgress } = evaluation;
  const header = { ...run, shard, device: tools.device.name };
  using records = await Records.open(folder, header);
  const { first, end } = shardRange(run.pairs, shard);
  onProgress(records.next - first, end - first);
  if (records.next === end) return;
  const judge = await openJudge(metrics, tools);
  const starts = range(records.next, end, BATCH);
  const batches = mapAhead(starts, AHEAD, (start) => paintBatch(evaluation, start, end));
  for await (const [, batch] of batches) {
    if (batch.status === "rejected") throw batch.reason;
    for (const { index, pair, painted } of batch.value) {
      const { source, target } = pair;
      const scores = await judge(index, pair, painted);
      records.add({ index, source: source.name, target: target.name, scores });
      onProgress(records.next - first, end - first);
    }
  }
}

interface PaintedPair {
  readonly index: number;
  readonly pair: Pair;
  readonly painted: Picture;
}

/** A batch that would leave the shard is filled up with its last pair. */
async function paintBatch(
  { dataset, paint }: Evaluation,
  start: number,
  end: number,
): Promise<PaintedPair[]> {
  const indices = range(start, Math.min(start + BATCH, end), 1);
  const pairs = await Promise.all(indices.map((index) => dataset.pair("test", index)));
  const filling = Array(BATCH - pairs.length).fill(pairs[pairs.length - 1]);
  const painted = await paint([...pairs, ...filling]);
  return indices.map((index, i) => ({ index, pair: pairs[i], painted: painted[i] }));
}

type Judge = (index: number, pair: Pair, painted: Picture) => Promise<PairRecord["scores"]>;

/** Makes the metrics ready, then judges one pair at a time. */
async function openJudge(metrics: readonly Metric[], tools: Tools): Promise<Judge> {
  const open: { metric: Metric; score: PairScore | Features }[] = [];
  for (const metric of metrics) open.push({ metric, score: await metric.open(tools) });
  return async (index, { source, target }, painted) => {
    const pictures: Readonly<Record<Row, Picture>> = {
      output: painted,
      source: source.picture,
      real: target.picture,
    };
    const scores: Record<string, Partial<Record<Row, Value>>> = {};
    for (const { metric, score } of open) {
      const rows: Partial<Record<Row, Value>> = {};
      for (const row of recordedRows(metric)) {
        const value = await score(pictures[row], target);
        requireFinite(value, `${metric.name} of pair ${index} (${row})`);
        rows[row] = value instanceof Float32Array ? toBase64(value) : value;
      }
      scores[metric.name] = rows;
    }
    return scores;
  };
}

function requireFinite(value: number | Ratio | Float32Array, what: string): void {
  const numbers = typeof value === "number" ? [value] : Object.values(value);
  const wrong = numbers.find((number) => !Number.isFinite(number));
  if (wrong !== undefined) throw new Error(`${what} is ${wrong}, not a finite number`);
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return new Uint8Array(buffer, byteOffset, byteLength).toBase64();
}

function range(first: number, end: number, step: number): number[] {
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, i) => first + i * step);
}
