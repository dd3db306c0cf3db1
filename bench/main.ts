/**
 * Measures Repose and its peers, each in a process of its own, in turns; see README.md.
 *
 * deno task bench compilers
 * deno task bench card
 * deno task bench [--quick] [--width N] [--rounds N] [--tasks NAMES] [--peers NAMES] [--python PATH]
 */
import { parseArgs } from "node:util";
import { card } from "./card.ts";
import { compilers } from "./compilers/main.ts";
import { full, taskKinds } from "./full.ts";
import { quick } from "./quick.ts";
import { peerNames, startTeam, type Team } from "./team.ts";
import { benchConfiguration, writeWorkload } from "./workload.ts";

async function bench(): Promise<void> {
  const { values: { quick: isQuick, peers, tasks, python, ...numbers } } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      width: { type: "string", default: "16" },
      rounds: { type: "string", default: "3" },
      tasks: { type: "string", default: taskKinds.join() },
      peers: { type: "string", default: peerNames.join() },
      python: { type: "string", default: "python3" },
    },
  });
  const rounds = Number(numbers.rounds);
  if (!(rounds >= 1)) throw new RangeError(`--rounds ${numbers.rounds} must be 1 or more`);
  const width = isQuick ? 16 : Number(numbers.width);
  const folder = await Deno.makeTempDir();
  const workload = `${folder}/workload.safetensors`;
  let team: Team = new Map();
  try {
    await writeWorkload(workload, benchConfiguration(width));
    const opponents = isQuick ? ["tfjs", "jaxjs"] : peers.split(",");
    team = await startTeam(opponents, { workload, width, python });
    if (isQuick) await quick(team);
    else await full(team, { width, rounds, kinds: tasks.split(","), folder });
  } finally {
    for (const child of team.values()) child.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

try {
  const [name] = Deno.args;
  await (name === "compilers" ? compilers() : name === "card" ? card() : bench());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
