/** Every convolution of the model, its forward pass and its training step: a table, and a file in results/. */
import type { Task } from "./contestant.ts";
import { convolutions, passes } from "./layers.ts";
import { writeResults } from "./results.ts";
import { median } from "./statistics.ts";
import { takeTurns, type Team, warmUp } from "./team.ts";
import { BATCH, benchConfiguration } from "./workload.ts";

export const taskKinds = ["layers", "forward", "step"] as const;

/** Outputs are at most about one; TF32 has three digits. */
const TOLERANCE = 1e-3;

export interface FullOptions {
  readonly width: number;
  readonly rounds: number;
  /** Some of `taskKinds`. */
  readonly kinds: readonly string[];
  /** For files that come and go. */
  readonly folder: string;
}

/** Milliseconds of a task, by contestant; `first` is the run that compiles. */
interface Row {
  readonly name: string;
  readonly first: Record<string, number>;
  readonly turns: Record<string, readonly number[]>;
  readonly medians: Record<string, number>;
}

/** Measures a team, prints a table of medians and ratios, and writes them to results/. */
export async function full(team: Team, options: FullOptions): Promise<void> {
  const differences = await compareOutputs(team, options.folder);
  const names = [...team.keys()];
  console.log(["", ...names].map(padded).join(""));
  const rows: Row[] = [];
  for (const [name, task] of tasksOf(options)) {
    const row = await measure(team, name, task, options.rounds);
    printRow(name, row.medians, names);
    rows.push(row);
  }
  for (const pass of passes) {
    const layers = rows.filter(({ name }) => name.endsWith(` ${pass}`));
    if (layers.length > 0) {
      printRow(`all layers, ${pass}`, sums(layers.map(({ medians }) => medians), names), names);
    }
  }
  printRow("first runs, compiling included", sums(rows.map(({ first }) => first), names), names);
  const { device } = team.get("repose")!;
  await writeResults(device, {
    device,
    model: `Market, width ${options.width}`,
    rounds: options.rounds,
    contestants: [...team].map(([name, { device, version }]) => ({ name, device, version })),
    differences,
    rows,
  });
}

function tasksOf({ width, kinds }: FullOptions): [string, Task][] {
  const tasks: Record<string, [string, Task][]> = {
    layers: convolutions(benchConfiguration(width)).flatMap((layer) =>
      passes.map((
        pass,
      ): [string, Task] => [`${layer.name} ${pass}`, { kind: "layer", layer, pass }])
    ),
    forward: [1, BATCH].map((batch) => [`forward, batch ${batch}`, { kind: "forward", batch }]),
    step: [[`training step, batch ${BATCH}`, { kind: "step", batch: BATCH }]],
  };
  return kinds.flatMap((kind) => {
    if (!tasks[kind]) throw new RangeError(`--tasks: ${kind} must be one of ${taskKinds.join()}`);
    return tasks[kind];
  });
}

async function measure(team: Team, name: string, task: Task, rounds: number): Promise<Row> {
  const first = Object.fromEntries(await warmUp(team, task));
  const capable = new Map([...team].filter(([name]) => name in first));
  const times = await takeTurns(capable, task, (turns) => turns < rounds);
  const medians = Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
  return { name, first, turns: Object.fromEntries(times), medians };
}

/** The largest difference of each peer's pictures and logits from Repose's with the same weights. */
async function compareOutputs(team: Team, folder: string): Promise<Record<string, number>> {
  const differences: Record<string, number> = {};
  for (const [name, child] of team) {
    if (name === "repose") continue;
    const warps = name.startsWith("pytorch");
    const ours = await team.get("repose")!.outputs(warps, `${folder}/outputs`);
    const theirs = await child.outputs(warps, `${folder}/outputs`);
    const difference = ours.reduce((most, x, i) => Math.max(most, Math.abs(x - theirs[i])), 0);
    const verdict = difference > TOLERANCE ? ": NOT the same network" : "";
    console.log(`${name}: outputs differ by at most ${difference.toExponential(1)}${verdict}`);
    differences[name] = difference;
  }
  return differences;
}

function sums(
  rows: readonly Record<string, number>[],
  names: readonly string[],
): Record<string, number> {
  return Object.fromEntries(
    names.map((name) => [name, rows.reduce((total, row) => total + row[name], 0)]),
  );
}

/** Milliseconds of each, and of the peers how many times as long as Repose they take. */
function printRow(task: string, medians: Record<string, number>, names: readonly string[]): void {
  const cells = names.map((name) => {
    const time = medians[name];
    if (!(time >= 0)) return "-";
    const ratio = name === "repose" ? "" : ` ${(time / medians.repose).toFixed(2)}x`;
    return `${time.toFixed(time < 10 ? 2 : time < 100 ? 1 : 0)} ms${ratio}`;
  });
  console.log([task, ...cells].map(padded).join(""));
}

function padded(cell: string, column: number): string {
  return cell.padEnd(column === 0 ? 34 : 22);
}
