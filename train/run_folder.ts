/** Where a run keeps its files: `runs/NAME`. */
import { join } from "node:path";
import { MODEL_FILE } from "../repose/files/open_studio.ts";

export class RunFolder {
  constructor(readonly path: string) {}

  /** The newest checkpoint. */
  get checkpoint(): string {
    return join(this.path, "checkpoint.safetensors");
  }
  /** The networks alone, in half precision, as the newest checkpoint has them. */
  get model(): string {
    return join(this.path, MODEL_FILE);
  }
  /** JSON lines, one a step. */
  get log(): string {
    return join(this.path, "log.jsonl");
  }
  /** The run's settings, in the form that --config reads. */
  get settings(): string {
    return join(this.path, "settings.json");
  }
  /** The skeleton, where it is not a person's. */
  get skeleton(): string {
    return join(this.path, "skeleton.json");
  }
  /** Held by the process that trains. */
  get lock(): string {
    return join(this.path, ".lock");
  }
  /** The scores at the end. */
  get summary(): string {
    return join(this.path, "summary.json");
  }
  /** What --profile measured, for trace viewers. */
  get trace(): string {
    return join(this.path, "profile.trace.json");
  }
  /** The sample sheet made after `step`. */
  sheet(step: number): string {
    return join(this.path, `samples-${String(step).padStart(6, "0")}.png`);
  }
}

/** Whether all is there that a run leaves with its last step. */
export async function isComplete(folder: RunFolder, steps: number): Promise<boolean> {
  const summary = await Deno.readTextFile(folder.summary).then(JSON.parse).catch(() => null);
  return summary?.step === steps && exists(folder.model) && exists(folder.sheet(steps));
}

const root = "runs";

/**
 * Makes the folder of a new run: `out`, or else `runs/NAME`, `runs/NAME-2` ... , the first that is
 * not there.
 * @throws Error where it cannot be made or holds a run already.
 */
export function createRunFolder(out: string | null, name: string): RunFolder {
  if (out === null) return createNumbered(name);
  const folder = new RunFolder(out);
  if (exists(folder.checkpoint)) {
    throw new Error(
      `${out} holds a run already: add --resume to go on with it, or give another --out`,
    );
  }
  make(out, true);
  return folder;
}

function createNumbered(name: string): RunFolder {
  make(root, true);
  for (let number = 1;; number++) {
    const path = join(root, number === 1 ? name : `${name}-${number}`);
    if (exists(path)) continue;
    make(path, false);
    return new RunFolder(path);
  }
}

/** The folder for a profile: `out`, or else `runs`. @throws Error where it cannot be made. */
export function profileFolder(out: string | null): RunFolder {
  const folder = new RunFolder(out ?? root);
  make(folder.path, true);
  return folder;
}

function make(path: string, recursive: boolean): void {
  try {
    Deno.mkdirSync(path, { recursive });
  } catch (error) {
    throw new Error(
      `cannot make the run folder: ${(error as Error).message}; choose another with --out`,
    );
  }
}

/**
 * The folder of a run to go on with: `out`, or else the one in `runs` with the newest checkpoint.
 * @throws Error where there is none.
 */
export function findRunFolder(out: string | null): RunFolder {
  const folders = out === null ? list() : [new RunFolder(out)];
  const runs = folders.filter(({ checkpoint }) => exists(checkpoint));
  if (runs.length === 0) {
    throw new Error(`${out ?? root} holds no run to resume: leave out --resume to start one`);
  }
  const age = ({ checkpoint }: RunFolder) => Deno.statSync(checkpoint).mtime?.getTime() ?? 0;
  return runs.reduce((newest, run) => age(run) > age(newest) ? run : newest);
}

function list(): RunFolder[] {
  if (!exists(root)) return [];
  return Deno.readDirSync(root).map(({ name }) => new RunFolder(join(root, name))).toArray();
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
