/** The log of a run: JSON lines, one a step. */
import type { LossRow } from "./loss_ring.ts";

/** `seconds` that the run had taken when the losses were read, pauses left out. */
export interface LogRow extends LossRow {
  readonly seconds: number;
}

/** Adds rows to a log file. */
export class TrainingLog implements Disposable {
  /** Of the last row. */
  readonly #secondsBefore: number;
  readonly #start = performance.now();
  readonly #file: Deno.FsFile;

  private constructor(path: string, kept: readonly LogRow[]) {
    this.#secondsBefore = kept.at(-1)?.seconds ?? 0;
    Deno.writeTextFileSync(path, kept.map(line).join(""));
    this.#file = Deno.openSync(path, { append: true });
  }

  /** Opens the log of a run that stands at `step`: later rows, and a torn last one, are cut off. */
  static open(path: string, step: number): TrainingLog {
    return new TrainingLog(path, step === 0 ? [] : readLog(path).slice(0, step));
  }

  append(losses: readonly LossRow[]): void {
    const elapsed = this.#secondsBefore + (performance.now() - this.#start) / 1000;
    const seconds = Math.round(elapsed * 1000) / 1000;
    const text = losses.map((row) => line({ ...row, seconds })).join("");
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += this.#file.writeSync(bytes.subarray(done));
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** The rows of a log, up to the first that was torn. */
export function readLog(path: string): LogRow[] {
  const rows: LogRow[] = [];
  for (const text of Deno.readTextFileSync(path).split("\n").slice(0, -1)) {
    try {
      rows.push(JSON.parse(text));
    } catch {
      break;
    }
  }
  return rows;
}

function line(row: LogRow): string {
  return JSON.stringify(row) + "\n";
}
