/**
 * The records of an evaluation: JSON lines, the first what the run is, then one for each pair in the order of the pairs.
 * They are added as pairs are done, so that a run that is killed goes on from there.
 */
import { join } from "node:path";
import { LineFile } from "../data/files/line_file.ts";
import { readLines } from "../data/files/lines.ts";
import { type Shard, shardRange } from "../data/shard.ts";
import type { Metric } from "./metrics.ts";
import type { Ratio, Row } from "./score.ts";

/** All that records depend on but the machine: runs that differ in any of it cannot share records. */
export interface Run {
  /** SHA-256 of the checkpoint's file, in hexadecimal digits. */
  readonly checkpoint: string;
  /** "figures", or SHA-256 of the lists of poses and pairs. */
  readonly data: string;
  /** In the whole set, whatever the shard. */
  readonly pairs: number;
  /** Names, in the table's order. */
  readonly metrics: readonly string[];
  /** Whether pictures are judged with the photo's background and face. */
  readonly finished?: true;
  /** SHA-256 of the weights that the user gave for them, where there are any. */
  readonly weights?: string;
  /** Of the bootstrap. */
  readonly seed: number;
}

/** The run alone of what has more. */
export function runOf({ checkpoint, data, pairs, metrics, finished, weights, seed }: Run): Run {
  return { checkpoint, data, pairs, metrics, finished, weights, seed };
}

/** The first line of a file. */
export interface Header extends Run {
  readonly shard: Shard;
  /** The GPU's name. */
  readonly device: string;
}

/** A metric's number for a picture; features are float32, little endian, in base64. */
export type Value = number | Ratio | string;

/** What was found of one pair. */
export interface PairRecord {
  readonly index: number;
  readonly source: string;
  readonly target: string;
  readonly scores: Readonly<Record<string, Readonly<Partial<Record<Row, Value>>>>>;
}

/** The rows that a metric is recorded for: what a set is compared with, too. */
export function recordedRows({ kind, rows }: Metric): readonly Row[] {
  return kind === "set" && !rows.includes("real") ? [...rows, "real"] : rows;
}

/** The file of a shard in an evaluation's folder. */
export function recordsPath(folder: string, { number, count }: Shard): string {
  return join(folder, count === 1 ? "records.jsonl" : `records-${number}-of-${count}.jsonl`);
}

/** The record files in a folder, by name. @throws Error where there are none. */
export async function recordFiles(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error: Error) => {
    throw new Error(`cannot read the evaluation: ${error.message}`);
  });
  const names = entries.map(({ name }) => name)
    .filter((name) => /^records(-\d+-of-\d+)?\.jsonl$/.test(name));
  if (names.length === 0) throw new Error(`${folder} has no records: evaluate into it first`);
  return names.sort().map((name) => join(folder, name));
}

/** A shard's records: what is there of an earlier run is kept. */
export class Records implements Disposable {
  private constructor(
    private readonly file: LineFile,
    /** The first pair without a record. */
    public next: number,
  ) {}

  /**
   * Goes on with a shard's file, or begins it.
   * @throws Error where the file is of another run, is broken, or is being
   * written by another process.
   */
  static async open(folder: string, header: Header): Promise<Records> {
    await Deno.mkdir(folder, { recursive: true });
    const path = recordsPath(folder, header.shard);
    const file = await LineFile.open(path);
    try {
      let { first: next } = shardRange(header.pairs, header.shard);
      if (file.isEmpty) file.append(JSON.stringify(header));
      else for await (const { index } of readRecords(path, header)) next = index + 1;
      return new Records(file, next);
    } catch (error) {
      file[Symbol.dispose]();
      throw error;
    }
  }

  add(record: PairRecord): void {
    this.file.append(JSON.stringify(record));
    this.next = record.index + 1;
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
  }
}

/** The header of a file of records. @throws Error where it has none. */
export async function readHeader(path: string): Promise<Header> {
  for await (const line of readLines(path)) return parseHeader(line, path);
  throw new Error(`${path} is empty`);
}

/**
 * The records in a file, one after the other.
 * @throws Error where the file is of another run than `run`, or a record is
 * broken or not the next one.
 */
export async function* readRecords(path: string, run: Run): AsyncGenerator<PairRecord, void> {
  let line = 0, next = 0, end = 0;
  for await (const text of readLines(path)) {
    if (++line === 1) {
      const header = parseHeader(text, path);
      requireSameRun(path, header, run);
      ({ first: next, end } = shardRange(header.pairs, header.shard));
      continue;
    }
    const record = parse(text, `${path}:${line}`) as PairRecord;
    if (record.index !== next || next >= end) {
      throw new Error(`${path}:${line} is not the record of pair ${next}: remove the file`);
    }
    next++;
    yield record;
  }
}

function parseHeader(text: string, path: string): Header {
  const header = parse(text, `${path}:1`) as Partial<Header>;
  const { pairs, metrics, seed, shard } = header;
  const isShard = Number.isSafeInteger(shard?.number) && Number.isSafeInteger(shard?.count) &&
    shard!.number >= 1 && shard!.number <= shard!.count;
  if (
    isShard && Number.isSafeInteger(pairs) && Number.isSafeInteger(seed) && Array.isArray(metrics)
  ) {
    return header as Header;
  }
  throw new Error(`${path}:1 does not say which run the records are of: remove the file`);
}

function parse(text: string, place: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new Error(`${place} is broken or cut short: run that part again, or remove the file`);
}

/** @throws Error that names what differs. */
function requireSameRun(path: string, header: Run, run: Run) {
  const wanted = runOf(run);
  const differences = (Object.keys(wanted) as (keyof Run)[])
    .filter((name) => String(header[name]) !== String(wanted[name]))
    .map((name) => `${name} ${header[name] ?? "none"} (now ${wanted[name] ?? "none"})`);
  if (differences.length === 0) return;
  throw new Error(
    `${path} has the records of another run: ${differences.join("; ")}; give another --out`,
  );
}
