/** Kills, second processes, full disks and folders that cannot be written: what they leave. */
import { dirname, join } from "node:path";
import { isThere } from "../../data/files/look.ts";
import { onSmallDisk } from "../full_disk.ts";
import type { Account } from "./account.ts";
import { type HostileCommand, run } from "./commands.ts";

/** A run that nobody disturbed. */
export interface Straight {
  readonly seconds: number;
  /** Its files, in the order of `leaves`. */
  readonly files: readonly Uint8Array[];
}

/** @throws Error where it does not go well */
export async function runStraight(command: HostileCommand, folder: string): Promise<Straight> {
  const out = join(folder, `${command.name} straight`);
  const { code, said, seconds } = await run(command.args(out));
  if (code !== 0) throw new Error(`${command.name}: ${said}`);
  return {
    seconds,
    files: await Promise.all(command.leaves(out).map((path) => Deno.readFile(path))),
  };
}

/** Kills the command at a random moment, and goes on: the files must be those of a run that nobody disturbed. */
export async function kills(
  command: HostileCommand,
  straight: Straight,
  folder: string,
  count: number,
): Promise<Account> {
  const failures: string[] = [];
  let early = 0;
  for (let i = 0; i < count; i++) {
    const out = join(folder, `${command.name} killed ${i}`);
    const after = Math.random() * straight.seconds;
    const { code } = await run(command.args(out), after);
    if (code === 0) early++;
    const where = `${command.name} killed after ${after.toFixed(2)} s`;
    const half = await otherThan(command, straight, out);
    // What is written over at each save is whole, but may be of an earlier one.
    if (command.name !== "train" && half) failures.push(`${where}: ${half} is there but not whole`);
    const { code: second, said } = code === 0
      ? { code, said: "" }
      : await run(await command.again(out));
    if (second !== 0) failures.push(`${where}: ${said.trim()}`);
    else {
      const other = await otherThan(command, straight, out, true);
      if (other) failures.push(`${where}, run again: ${other} is another`);
    }
  }
  return {
    what: `${command.name}: ${count} kills, ${early} of them after its end`,
    tries: count,
    failures,
  };
}

/** The first file that is not as the undisturbed run left it; with `all`, also one that is missing. */
async function otherThan(
  command: HostileCommand,
  { files }: Straight,
  out: string,
  all = false,
): Promise<string | null> {
  for (const [i, path] of command.leaves(out).entries()) {
    if (!await isThere(path)) {
      if (all) return path;
    } else if (!isEqual(await Deno.readFile(path), files[i])) return path;
  }
  return null;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Two at once: each ends well or with one line, and the files are those of one alone. */
export async function twoAtOnce(
  command: HostileCommand,
  straight: Straight,
  folder: string,
): Promise<Account> {
  const out = join(folder, `${command.name} twice`);
  const both = await Promise.all([1, 2].map(() => run(command.args(out))));
  const failures = both.filter(({ code, said }) => code !== 0 && !isOneLine(said))
    .map(({ said }) => said.trim());
  if (both.every(({ code }) => code !== 0)) failures.push("neither ended well");
  const other = await otherThan(command, straight, out, true);
  if (other) failures.push(`${other} is another`);
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
