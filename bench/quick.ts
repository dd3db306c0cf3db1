/**
 * The forward pass and the training step of the two JavaScript peers, within a minute on two cores.
 * Where the driver has no cache of jax-js's shaders yet, compiling its step alone may take longer than that:
 * then it is not measured, and `unmeasured` says so.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Child } from "./child.ts";
import type { Task } from "./contestant.ts";
import { machine } from "./results.ts";
import { median } from "./statistics.ts";
import { takeTurns, type Team, type Times, warmUp } from "./team.ts";
import { BATCH } from "./workload.ts";

const FORWARD: Task = { kind: "forward", batch: BATCH };
const STEP: Task = { kind: "step", batch: BATCH };

/** Milliseconds from the start of the process to the last turns of each kind. */
const FORWARD_UNTIL = 20_000;
const COMPILE_UNTIL = 38_000;
const STEP_UNTIL = 54_000;
const TURNS = 3;

/** Measures Repose, tfjs and jaxjs, and prints their ratios as a line of JSON. */
export async function quick(team: Team): Promise<void> {
  const only = (...names: string[]): Team =>
    new Map([...team].filter(([name]) => names.includes(name)));
  const warmUps = [
    [only("repose"), FORWARD],
    [only("repose"), STEP],
    [only("tfjs"), { ...STEP, batch: 1 }], // compiles the same shaders
    [only("jaxjs"), FORWARD],
  ] as const;
  await Promise.all(warmUps.map(([one, task]) => warmUp(one, task)));
  const forward = await takeTurns(team, FORWARD, turnsUntil(FORWARD_UNTIL));
  const jaxjs = team.get("jaxjs");
  const compiled = jaxjs && await compilesInTime(jaxjs);
  const compilers = compiled ? team : only("repose", "tfjs");
  const step = await takeTurns(compilers, STEP, turnsUntil(STEP_UNTIL));
  report("forward", forward);
  report("step", step);
  console.log(JSON.stringify({
    machine: machine(),
    device: team.get("repose")?.device,
    vs_tfjs_forward: ratio(forward, "tfjs"),
    vs_tfjs_step: ratio(step, "tfjs"),
    vs_jaxjs_forward: ratio(forward, "jaxjs"),
    vs_jaxjs_step: ratio(step, "jaxjs"),
    ...(jaxjs && !compiled ? { unmeasured: ["vs_jaxjs_step"] } : {}),
  }));
}

/** Lets jax-js run its first step; stops it where that is not done in time. */
async function compilesInTime(jaxjs: Child): Promise<boolean> {
  const compiled = await Promise.race([
    jaxjs.run(STEP, true).then(() => true, () => false),
    delay(Math.max(0, COMPILE_UNTIL - performance.now()), false, { ref: false }),
  ]);
  if (!compiled) jaxjs.stop();
  return compiled;
}

/** Whether there is time for one more turn like those before. */
function turnsUntil(end: number): (turns: number) => boolean {
  const start = performance.now();
  return (turns) => {
    const now = performance.now();
    return turns < TURNS && now + (now - start) / turns < end;
  };
}

function report(task: string, times: Times): void {
  for (const [name, values] of times) {
    console.log(`${task} ${name}: ${values.map((value) => value.toFixed(0)).join(", ")} ms`);
  }
}

function ratio(times: Times, peer: string): number | null {
  const [ours, theirs] = ["repose", peer].map((name) => times.get(name) ?? []);
  return ours.length && theirs.length ? Number((median(theirs) / median(ours)).toFixed(2)) : null;
}
