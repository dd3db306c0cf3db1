import type { Dataset, Pair, Picture } from "../data/types.ts";
import { mapAhead, WorkerPool } from "../data/files/worker_pool.ts";
import { judge, type OpenMetric, type PaintedPair, type Scores } from "./judge.ts";
import type { JudgeRequest } from "./judge_worker.ts";
import type { Metric } from "./metrics.ts";
import type { PictureKind, Tools } from "./tools.ts";
import { type Shard, shardRange } from "../data/shard.ts";
import { Records, type Run } from "./records.ts";

/** Pairs painted at a time: always as many, so that a picture's bits do not depend on the shard. */
export const BATCH = 4;

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
 * @throws Error where the folder holds another run's records, a picture cannot be read, or a score is not finite.
 */
export async function evaluateShard(evaluation: Evaluation): Promise<void> {
  const { run, shard, folder, metrics, tools, onProgress } = evaluation;
  const header = { ...run, shard, device: tools.device.name };
  // Before the records, so that weights which cannot be read leave no file that names them.
  const weighted = await openWeighted(metrics, tools);
  using records = await Records.open(folder, header);
  const { first, end } = shardRange(run.pairs, shard);
  onProgress(records.next - first, end - first);
  if (records.next === end) return;
  using judges = new Judges(metrics, tools);
  const work = async (start: number) => {
    const pairs = await paintBatch(evaluation, start, end);
    return await Promise.all(
      pairs.map(async (pair) => ({ pair, scores: await judges.judge(pair) })),
    );
  };
  const starts = range(records.next, end, BATCH);
  for await (const [, batch] of mapAhead(starts, judges.batchesAhead, work)) {
    if (batch.status === "rejected") throw batch.reason;
    for (const { pair, scores } of batch.value) {
      const { index, source, target } = pair;
      const found = { ...scores, ...await judge(weighted, pair) };
      records.add({ index, source: source.name, target: target.name, scores: found });
      onProgress(records.next - first, end - first);
    }
  }
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
  return indices.map((index, i) => ({ index, ...pairs[i], painted: painted[i] }));
}

/** Judges by the plain metrics, in workers. */
class Judges implements Disposable {
  readonly #workers = new WorkerPool<JudgeRequest, Scores>(
    new URL("judge_worker.ts", import.meta.url),
  );
  readonly #metrics: readonly string[];
  readonly #frame: JudgeRequest["frame"];

  constructor(metrics: readonly Metric[], { skeleton, size }: PictureKind) {
    this.#metrics = metrics.filter(({ needs }) => needs === null).map(({ name }) => name);
    this.#frame = { skeleton, size };
  }

  /** Batches that keep the workers busy while the next one is painted. */
  get batchesAhead(): number {
    return 1 + Math.ceil(this.#workers.size / BATCH);
  }

  judge({ painted, ...pair }: PaintedPair): Promise<Scores> {
    // A copy of the picture alone: what is sent is all of a view's buffer, here the whole batch.
    const alone = { ...painted, pixels: painted.pixels.slice() };
    const request = { frame: this.#frame, metrics: this.#metrics };
    return this.#workers.ask({ ...request, pair: { ...pair, painted: alone } });
  }

  [Symbol.dispose](): void {
    this.#workers[Symbol.dispose]();
  }
}

/** Makes the metrics with weights ready. */
async function openWeighted(metrics: readonly Metric[], tools: Tools): Promise<OpenMetric[]> {
  const opened: OpenMetric[] = [];
  for (const metric of metrics) {
    if (metric.needs !== null) opened.push({ metric, score: await metric.open(tools) });
  }
  return opened;
}

function range(first: number, end: number, step: number): number[] {
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, i) => first + i * step);
}
