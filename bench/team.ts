/** Who takes part: how each contestant is started, and how they take turns at a task. */
import { fileURLToPath } from "node:url";
import { Child } from "./child.ts";
import type { Task } from "./contestant.ts";

/** Contestants by name, Repose first. */
export type Team = ReadonlyMap<string, Child>;

/** Milliseconds of a task in each turn, by contestant. */
export type Times = ReadonlyMap<string, readonly number[]>;

export const peerNames = [
  "tfjs",
  "jaxjs",
  "pytorch",
  "pytorch-tf32",
  "pytorch-compile",
  "pytorch-compile-tf32",
] as const;

/** What a contestant is started with. */
export interface Start {
  readonly workload: string;
  readonly width: number;
  /** The Python to run PyTorch with. */
  readonly python: string;
}

function commandOf(name: string, { workload, width, python }: Start): string[] {
  const file = (path: string) => fileURLToPath(import.meta.resolve(path));
  const deno = [Deno.execPath(), "run", "-A"];
  const [library, ...flags] = name.split("-");
  const program = {
    repose: [...deno, file("./repose.ts")],
    tfjs: [...deno, file("./peers/tfjs.ts")],
    jaxjs: [...deno, file("./peers/jaxjs.ts")],
    pytorch: [python, "-B", file("./peers/pytorch.py")],
  }[library];
  if (!program) {
    throw new RangeError(`--peers: ${name} must be one of ${peerNames.join(", ")}`);
  }
  return [...program, workload, String(width), ...flags.map((flag) => `--${flag}`)];
}

/** Starts Repose and those peers; one that can't run here is told of and left out. */
export async function startTeam(peers: readonly string[], start: Start): Promise<Team> {
  const team = new Map<string, Child>();
  const absent = new Map<string, string[]>();
  for (const name of ["repose", ...peers]) {
    try {
      team.set(name, await Child.start(name, commandOf(name, start)));
    } catch (error) {
      if (name === "repose" || error instanceof RangeError) throw error;
      const reason = messageOf(error);
      absent.set(reason, [...absent.get(reason) ?? [], name]);
    }
  }
  for (const [reason, names] of absent) console.log(`without ${names.join(", ")}: ${reason}`);
  return team;
}

/** Runs a task once with each, which compiles what it needs: milliseconds of those that can do it. */
export async function warmUp(team: Team, task: Task): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const [name, child] of team) {
    const time = await attempt(child, task, true);
    if (time !== null) times.set(name, time);
  }
  return times;
}

/** Lets all contestants run a task in turns, as long as `more` says of the turns done. */
export async function takeTurns(
  team: Team,
  task: Task,
  more: (turns: number) => boolean,
): Promise<Times> {
  const times = new Map([...team.keys()].map((name): [string, number[]] => [name, []]));
  let turns = 0;
  do {
    for (const [name, child] of team) {
      const time = await attempt(child, task, false);
      if (time !== null) times.get(name)!.push(time);
    }
  } while (more(++turns));
  return times;
}

async function attempt(child: Child, task: Task, once: boolean): Promise<number | null> {
  try {
    return await child.run(task, once);
  } catch (error) {
    console.log(`${child.name} failed at ${task.kind}: ${messageOf(error)}`);
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
