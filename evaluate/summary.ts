/** One result of the records of all shards: summed in the order of the pairs, so that it has the same bits however they were split. */
import { join } from "node:path";
import { writeJson } from "../data/files/write.ts";
import { type Estimate, estimateShares, RESAMPLES, type Shares } from "./bootstrap.ts";
import { type Metric, metricNamed, metrics as allMetrics } from "./metrics.ts";
import type { Ratio, Row } from "./score.ts";
import {
  type PairRecord,
  readHeader,
  readRecords,
  recordedRows,
  recordFiles,
  type Run,
  runOf,
  type Value,
} from "./records.ts";

/** A metric's numbers for a set. */
export interface MetricResult {
  readonly name: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly protocol: string;
  /** Sets' metrics have no interval. */
  readonly rows: Readonly<Partial<Record<Row, Estimate>>>;
}

/** What an evaluation found. */
export interface Results extends Run {
  /** GPUs that painted. */
  readonly devices: readonly string[];
  /** That the 95% intervals come from. */
  readonly resamples: number;
  readonly results: readonly MetricResult[];
}

/** Where `writeResults` leaves what was found. */
export const resultsPath = (folder: string) => join(folder, "results.json");

/** Writes the results of the records in a folder beside them. @throws as `summarize`. */
export async function writeResults(folder: string): Promise<Results> {
  const results = await summarize(folder);
  await writeJson(resultsPath(folder), results);
  return results;
}

/**
 * The results of the records in a folder.
 * @throws Error where they are of different runs, where a pair has no record
 * or two, or where a record is broken.
 */
export async function summarize(
  folder: string,
  table: readonly Metric[] = allMetrics,
): Promise<Results> {
  const files = await recordFiles(folder);
  const headers = await Promise.all(files.map(readHeader));
  const run = runOf(headers[0]);
  const columns = columnsOf(run, table);
  const seen = new Uint8Array(run.pairs);
  for (const file of files) {
    for await (const record of readRecords(file, run)) {
      if (seen[record.index]++) {
        throw new Error(
          `${file} has a record of pair ${record.index}, as another file has: remove one`,
        );
      }
      for (const column of columns) store(column, record, file);
    }
  }
  requireAll(seen, folder);
  return {
    ...run,
    devices: [...new Set(headers.map(({ device }) => device))].sort(),
    resamples: RESAMPLES,
    results: resultsOf(columns, run.seed),
  };
}

/** The values of a metric in a row. */
interface MetricColumn extends Shares {
  readonly metric: Metric;
  readonly row: Row;
  readonly features: Float32Array[];
}

function columnsOf({ metrics, pairs }: Run, table: readonly Metric[]): MetricColumn[] {
  return metrics.map((name) => metricNamed(name, table)).flatMap((metric) =>
    recordedRows(metric).map((row): MetricColumn => {
      const length = metric.kind === "pair" ? pairs : 0;
      const shares = { sums: new Float64Array(length), counts: new Float64Array(length) };
      return { metric, row, features: [], ...shares };
    })
  );
}

function store(
  { metric, row, sums, counts, features }: MetricColumn,
  record: PairRecord,
  file: string,
) {
  const { index, scores } = record;
  const value = scores?.[metric.name]?.[row];
  const found = metric.kind === "set" ? decode(value) : share(value);
  if (found === null) {
    throw new Error(`${file}: the record of pair ${index} has no ${metric.name} (${row})`);
  }
  if (found instanceof Float32Array) features[index] = found;
  else {
    sums[index] = found.sum;
    counts[index] = found.count;
  }
}

function share(value: Value | undefined): Ratio | null {
  if (typeof value === "number") return { sum: value, count: 1 };
  if (typeof value !== "object") return null;
  return Number.isFinite(value?.sum) && Number.isFinite(value?.count) ? value : null;
}

function decode(value: Value | undefined): Float32Array | null {
  if (typeof value !== "string") return null;
  try {
    return new Float32Array(Uint8Array.fromBase64(value).buffer);
  } catch {
    return null;
  }
}

function requireAll(seen: Uint8Array, folder: string): void {
  const missing = seen.indexOf(0);
  if (missing < 0) return;
  const count = seen.filter((times) => times === 0).length;
  throw new Error(
    `${folder} lacks the records of ${count} of ${seen.length} pairs, the first of pair ${missing}: ` +
      `run the parts that are missing or unfinished`,
  );
}

function resultsOf(columns: readonly MetricColumn[], seed: number): MetricResult[] {
  const shares = columns.filter(({ metric }) => metric.kind === "pair");
  const estimates = new Map<Shares, Estimate>();
  estimateShares(shares, seed).forEach((estimate, i) => estimates.set(shares[i], estimate));
  const metrics = [...new Set(columns.map(({ metric }) => metric))];
  return metrics.map((metric) => {
    const own = columns.filter((column) => column.metric === metric);
    const { name, unit, better, protocol } = metric;
    const rows = metric.rows.map((row) => {
      const column = own.find((column) => column.row === row)!;
      return [row, estimates.get(column) ?? summarizeSet(column, own)];
    });
    return { name, unit, better, protocol, rows: Object.fromEntries(rows) };
  });
}

function summarizeSet({ metric, features }: MetricColumn, own: readonly MetricColumn[]): Estimate {
  if (metric.kind !== "set") throw new TypeError(`${metric.name} is not a set's metric`);
  const real = own.find(({ row }) => row === "real")!;
  return { value: metric.summarize(features, real.features), low: null, high: null };
}
