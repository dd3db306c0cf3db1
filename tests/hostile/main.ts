/** `deno task hostile`: everything that the tests try a little of, many times; docs/reliability.md has its figures. */
import { parseArgs } from "node:util";
import { join } from "node:path";
import type { Account } from "./account.ts";
import { hostileCommands } from "./commands.ts";
import { fullDisk, kills, readOnly, runStraight, twoAtOnce } from "./disturbances.ts";
import { fuzz } from "./fuzz.ts";
import { readers } from "./readers.ts";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "2000" },
    kills: { type: "string", default: "100" },
    faults: { type: "string", default: "100" },
    only: { type: "string" },
  },
});
const [files, killed, faults] = [values.files, values.kills, values.faults].map(Number);
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
  for (const reader of files > 0 ? readers : []) tell(await fuzz(reader, folder, files, seed));
  for (const command of await hostileCommands(folder)) {
    if (values.only && !values.only.split(",").includes(command.name)) continue;
    const straight = await runStraight(command, folder);
    console.log(`${command.name} takes ${straight.seconds.toFixed(1)} s`);
    tell(await twoAtOnce(command, straight, folder));
    tell(await fullDisk(command, DISKS[command.name]));
    tell(await readOnly(command, straight));
    tell(await kills(command, straight, folder, killed));
  }
  if (faults > 0) tell(await gpuFaults());
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(failures.length === 0 ? "nothing went wrong" : `${failures.length} tries went wrong`);
Deno.exit(failures.length === 0 ? 0 : 1);

/** The test of failing GPUs, at more of their calls. */
async function gpuFaults(): Promise<Account> {
  const test = join(new URL("..", import.meta.url).pathname, "train/faults_test.ts");
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-q", "-A", test],
    env: { REPOSE_FAULTS: String(faults), NO_COLOR: "1" },
    stderr: "inherit",
  }).output();
  const said = new TextDecoder().decode(stdout);
  return {
    what: `GPUs that are lost, out of memory or silent, at ${faults} calls each`,
    tries: 3 * faults,
    failures: success ? [] : [said],
  };
}
