/** Kills, second processes, full disks and folders that cannot be written: what they leave. */
import { dirname, join } from "node:path";
import { onSmallDisk } from "../full_disk.ts";
import type { Account } from "./account.ts";
import { type HostileCommand, type Outcome, run, temporary } from "./commands.ts";
import { additional, differing, type Left, leftIn, tornFiles } from "./left.ts";

/** A run that nobody disturbed. */
export interface Straight {
  readonly seconds: number;
  readonly left: Left;
}

/** A new folder, and the path in it that a command writes to. */
async function newPlace(folder: string): Promise<{ place: string; out: string }> {
  const place = await Deno.makeTempDir({ dir: folder });
  return { place, out: join(place, "out") };
}

/** @throws Error where it does not go well */
export async function runStraight(command: HostileCommand, folder: string): Promise<Straight> {
  const { place, out } = await newPlace(folder);
  const { code, said, seconds } = await run(command.args(out));
  if (code !== 0) throw new Error(`${command.name}: ${said}`);
  const left = await leftIn(place);
  const torn = await tornFiles(left);
  if (torn.length > 0) throw new Error(`${command.name}: ${torn} would pass for torn`);
  return { seconds, left };
}

/**
 * Kills the command at random moments, each time goes on where it was killed, and begins anew when it has come to its end:
 * what stands under its name must be whole after each kill, and at the end all must be as after a run that nobody disturbed.
 */
export async function kills(
  command: HostileCommand,
  straight: Straight,
  folder: string,
  isEnough: (killed: number) => boolean,
): Promise<Account> {
  const failures: string[] = [];
  let killed = 0, runs = 0;
  while (!isEnough(killed)) {
    const { place, out } = await newPlace(folder);
    const moments: string[] = [];
    const fail = (what: string) =>
      failures.push(`${command.name} killed after ${moments.join(", ")} s: ${what}`);
    for (let args: readonly string[] | null = command.args(out); args !== null;) {
      const after = isEnough(killed)
        ? Infinity
        : Math.random() * straight.seconds * command.killedWithin;
      const outcome: Outcome = await run(args, after);
      if (!outcome.wasKilled) {
        if (outcome.code !== 0) fail(outcome.said.trim());
        break;
      }
      killed++;
      moments.push(after.toFixed(2));
      const left = await leftIn(place);
      for (const path of await tornFiles(left)) fail(`${path} is torn`);
      if (!command.rewrites) {
        for (const path of differing(grown(left), straight.left)) fail(`${path} is another`);
      }
      args = await command.again(out);
    }
    runs++;
    for (const what of await unlikeness(place, straight)) fail(what);
    await Deno.remove(place, { recursive: true });
  }
  for (const { name } of Deno.readDirSync(temporary)) failures.push(`${name} is left in TMPDIR`);
  return { what: `${command.name}: ${killed} kills of ${runs} runs`, tries: killed, failures };
}

/** Those that are written at once. */
function grown(left: Left): Left {
  return new Map([...left].filter(([path]) => !path.endsWith(".jsonl")));
}

/** How what a command has left at its end is unlike what a run leaves that nobody disturbed. */
async function unlikeness(place: string, straight: Straight): Promise<string[]> {
  const left = await leftIn(place);
  return [
    ...additional(left, straight.left).map((path) => `${path} is missing, or left over`),
    ...differing(left, straight.left).map((path) => `${path} is another at the end`),
  ];
}

/** Two at once: each ends well or with one line, and the files are those of one alone. */
export async function twoAtOnce(
  command: HostileCommand,
  straight: Straight,
  folder: string,
): Promise<Account> {
  const { place, out } = await newPlace(folder);
  const both = await Promise.all([1, 2].map(() => run(command.args(out))));
  const failures = both.filter(({ code, said }) => code !== 0 && !isOneLine(said))
    .map(({ said }) => said.trim());
  if (both.every(({ code }) => code !== 0)) failures.push("neither ended well");
  failures.push(...await unlikeness(place, straight));
  const refused = both.filter(({ code }) => code !== 0).length;
  return { what: `${command.name}: two at once, ${refused} refused`, tries: 1, failures };
}

const isOneLine = (said: string) => /(^|\n)error: [^\n]+\n$/.test(said) && !/\n {4}at /.test(said);

/** A disk of few kilobytes: one line that names the file. */
export async function fullDisk(command: HostileCommand, kilobytes: number): Promise<Account> {
  const failures: string[] = [];
  let tries = 0;
  await onSmallDisk(kilobytes, async (folder) => {
    tries++;
    const { code, said } = await run(command.args(join(folder, "out")));
    const names = said.includes(folder) && /No space left/.test(said);
    if (code !== 1 || !isOneLine(said) || !names) failures.push(`code ${code}: ${said.trim()}`);
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".tmp")) failures.push(`${name} is left`);
    }
  });
  return { what: `${command.name}: a disk of ${kilobytes} KB`, tries, failures };
}

/** A folder that cannot be written: one line that names it, before the work. */
export async function readOnly(command: HostileCommand, straight: Straight): Promise<Account> {
  const failures: string[] = [];
  let tries = 0;
  await onSmallDisk(64, async (folder) => {
    const remount = new Deno.Command("mount", { args: ["-o", "remount,ro", folder] });
    if (!(await remount.output()).success) return;
    tries++;
    const { code, said, seconds } = await run(command.args(join(folder, "out")));
    const names = said.includes(dirname(join(folder, "out")));
    if (code !== 1 || !isOneLine(said) || !names) failures.push(`code ${code}: ${said.trim()}`);
    if (seconds > straight.seconds) {
      failures.push(`said after ${seconds.toFixed(1)} s, not before the work`);
    }
  });
  return { what: `${command.name}: a folder that is read-only`, tries, failures };
}
