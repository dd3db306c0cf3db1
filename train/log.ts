/** The log of a run: JSON lines, one a step. */
import { LineFile } from "../data/files/line_file.ts";
import { writeLines } from "../data/files/write.ts";
import type { LossRow } from "./loss_ring.ts";

export const losses = ["discriminator", "adversarial", "reconstruction"] as const;
export type Loss = (typeof losses)[number];

/** A row of a log. */
export interface LogRow extends Readonly<Record<Loss, number | null>> {
  /** 1 for the first step. */
  readonly step: number;
  /** That the run had taken when the losses were read, pauses left out. */
  readonly seconds: number;
}

/** What a log holds. */
export interface Log {
  /** In the order of the steps; a loss is null where it is no finite number. */
  readonly rows: readonly LogRow[];
  /** The rows as they stand in the file. */
  readonly lines: readonly string[];
  /** What was left out, for people. */
  readonly notes: readonly string[];
}

/** Adds rows to a log file. */
export class TrainingLog implements Disposable {
  readonly #start = performance.now();

  private constructor(private readonly file: LineFile, private readonly secondsBefore: number) {}

  /**
   * Opens the log of a run that stands at `step`: later rows, and broken ones, are cut off.
   * @throws Error where another process writes it
   */
  static async open(path: string, step: number): Promise<TrainingLog> {
    const { rows, lines } = step === 0 ? { rows: [], lines: [] } : await readLog(path);
    const kept = rows.filter((row) => row.step <= step).length;
    await writeLines(path, lines.slice(0, kept));
    return new TrainingLog(await LineFile.open(path), rows[kept - 1]?.seconds ?? 0);
  }

  append(rows: readonly LossRow[]): void {
    const elapsed = this.secondsBefore + (performance.now() - this.#start) / 1000;
    const seconds = Math.round(elapsed * 1000) / 1000;
    for (const row of rows) this.file.append(JSON.stringify({ ...row, seconds }));
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
  }
}

/** Reads a log; what is broken is left out and noted. @throws Error where there is no file. */
export async function readLog(path: string): Promise<Log> {
  return parseLog(await Deno.readTextFile(path));
}

/** As `readLog`, of a log's text. */
export function parseLog(text: string): Log {
  const rows: LogRow[] = [], lines: string[] = [], broken: number[] = [], notes: string[] = [];
  const all = text.split("\n");
  if (all.pop() !== "") notes.push("the log's last line is cut short and left out");
  all.forEach((line, i) => {
    const row = parseRow(line);
    if (!row || row.step <= (rows.at(-1)?.step ?? 0)) return broken.push(i + 1);
    rows.push(row);
    lines.push(line);
  });
  if (broken.length > 0) {
    notes.push(
      `${broken.length} lines of the log are no rows and left out, the first in line ${broken[0]}`,
    );
  }
  for (const loss of losses) {
    const gaps = rows.filter((row) => row[loss] === null);
    if (gaps.length === 0) continue;
    notes.push(
      `the ${loss} loss is no finite number in ${gaps.length} steps, the first ${gaps[0].step}`,
    );
  }
  if (rows.length === 0) notes.push("the log has no rows");
  return { rows, lines, notes };
}

function parseRow(line: string): LogRow | null {
  let value: Partial<Record<keyof LogRow, unknown>> | null;
  try {
    // Other programs write NaN and Infinity, which JSON does not know.
    value = JSON.parse(line.replaceAll(/-?\b(NaN|Infinity)\b/g, "null"));
  } catch {
    return null;
  }
  const { step, seconds } = value ?? {};
  if (!Number.isSafeInteger(step) || !Number.isFinite(seconds)) return null;
  const values = losses.map((name) => [name, Number.isFinite(value?.[name]) ? value![name] : null]);
  return { step, seconds, ...Object.fromEntries(values) } as LogRow;
}
