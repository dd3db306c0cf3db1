/** `deno task hostile`: everything that the tests try a little of, many times; docs/reliability.md has its figures. */
import { parseArgs } from "node:util";
import type { Account } from "./account.ts";
import { hostileCommands, temporary } from "./commands.ts";
import { fullDisk, kills, readOnly, runStraight, twoAtOnce } from "./disturbances.ts";
import { gpuFaults } from "./faults.ts";
import { fuzz } from "./fuzz.ts";
import { readers } from "./readers.ts";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "2000" },
    kills: { type: "string", default: "100" },
    faults: { type: "string", default: "100000" },
    minutes: { type: "string", default: "Infinity" },
    only: { type: "string" },
  },
});
const [files, killed, faults] = [values.files, values.kills, values.faults].map(Number);
/** Says after some tries whether there were enough, or they took too long. */
const enough = (most: number) => {
  const end = performance.now() + Number(values.minutes) * 60_000;
  return (tries: number) => tries >= most || performance.now() > end;
};
const isWanted = (name: string) => values.only?.split(",").includes(name) ?? true;
/** Smaller than what each command writes. */
const DISKS: Readonly<Record<string, number>> = {
  train: 64,
  data: 8,
  evaluate: 4,
  animate: 8,
  ablate: 64,
};

const failures: string[] = [];
function tell({ what, tries, failures: failed }: Account): void {
  console.log(`${tries === 0 ? "SKIPPED" : failed.length === 0 ? "ok" : "FAILED"}  ${what}`);
  for (const failure of failed) console.log(`    ${failure}`);
  failures.push(...failed);
}

const folder = await Deno.makeTempDir({ prefix: "repose hostile " });
try {
  const seed = Math.floor(Math.random() * 2 ** 32);
  console.log(`seed ${seed}`);
  for (const reader of isWanted("files") ? readers : []) {
    tell(await fuzz(reader, folder, files, seed));
  }
  for (const command of await hostileCommands(folder)) {
    if (!isWanted(command.name)) continue;
    const straight = await runStraight(command, folder);
    console.log(`${command.name} takes ${straight.seconds.toFixed(1)} s`);
    tell(await twoAtOnce(command, straight, folder));
    tell(await fullDisk(command, DISKS[command.name]));
    tell(await readOnly(command, straight));
    tell(await kills(command, straight, folder, enough(killed)));
  }
  if (isWanted("faults")) tell(await gpuFaults(folder, enough(faults)));
} finally {
  for (const made of [folder, temporary]) await Deno.remove(made, { recursive: true });
}
console.log(failures.length === 0 ? "nothing went wrong" : `${failures.length} tries went wrong`);
Deno.exit(failures.length === 0 ? 0 : 1);
