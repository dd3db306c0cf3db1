/** Reads what a training run left: its log, its settings and, where it was judged, its results. */
import { basename, join, resolve } from "node:path";
import { type Results, resultsPath } from "../evaluate/summary.ts";
import { type LogRow, readLog } from "../train/log.ts";
import { settingsFromFile, type TrainingSettings } from "../train/options.ts";
import { RunFolder } from "../train/run_folder.ts";

/** A training run as it is shown beside others. */
export interface StudiedRun {
  readonly name: string;
  readonly settings: TrainingSettings;
  readonly rows: readonly LogRow[];
  /** Of the `evaluation` folder in the run's; null where there is none. */
  readonly results: Results | null;
  /** What readers should know: what was left out, and why. */
  readonly notes: readonly string[];
}

/** Where a run's evaluation lies: `evaluate --out RUN/evaluation`. */
export function evaluationFolder(runFolder: string): string {
  return join(runFolder, "evaluation");
}

/**
 * Short names of run folders: their last parts, or the whole paths where those are alike.
 * @throws Error where a folder is named twice.
 */
export function runNames(folders: readonly string[]): string[] {
  const whole = folders.map((folder) => resolve(folder));
  const twice = whole.find((folder, i) => whole.indexOf(folder) < i);
  if (twice) throw new Error(`${twice} is named twice: name each run once`);
  const short = whole.map((folder) => basename(folder));
  return short.map((name, i) =>
    short.filter((other) => other === name).length > 1 ? whole[i] : name
  );
}

/** Reads a run's folder. @throws Error of one line where it holds no run or its settings are broken. */
export async function readRun(path: string, name: string): Promise<StudiedRun> {
  const folder = new RunFolder(path);
  const { rows, notes: ofLog } = await readLog(folder.log).catch(() => {
    throw new Error(`${path} holds no training run: there is no log.jsonl that can be read`);
  });
  const settings = await settingsFromFile(folder.settings);
  const notes = [...ofLog];
  const results = await readResults(resultsPath(evaluationFolder(path)), notes);
  return { name, settings, rows, results, notes };
}

async function readResults(path: string, notes: string[]): Promise<Results | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) notes.push(`its results cannot be read`);
    return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isResults(value)) return value;
  } catch {
    // Noted below.
  }
  notes.push(`${path} is not what evaluate writes, and left out`);
  return null;
}

function isResults(value: unknown): value is Results {
  const { pairs, data, results } = (value ?? {}) as Partial<Results>;
  return Number.isSafeInteger(pairs) && typeof data === "string" && Array.isArray(results) &&
    results.every((result) => {
      const { name, unit, better, protocol, rows } = result ?? {};
      return [name, unit, better, protocol].every((text) => typeof text === "string") &&
        typeof rows === "object" && rows !== null && Object.values(rows).every(isEstimate);
    });
}

function isEstimate(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { value: middle, low, high } = value as Record<string, unknown>;
  return [middle, low, high].every((number) => number === null || Number.isFinite(number));
}
