/** The commands that write, small enough to be run often, each with what it leaves. */
import { join } from "node:path";
import { isThere } from "../../data/files/look.ts";
import { isComplete, RunFolder } from "../../train/run_folder.ts";
import { writeMarketFolder } from "../train/market_folder.ts";

export interface HostileCommand {
  readonly name: string;
  /** What it is called with to write into the folder or file `out`. */
  args(out: string): readonly string[];
  /** What goes on where that was killed; null where all was done before. */
  again(out: string): Promise<readonly string[] | null>;
  /** Whether it writes files anew that were whole before, so that they may be of an earlier moment. */
  readonly rewrites: boolean;
  /** Seconds, as a share of its time, within which it is killed: long ones are killed more often on their way. */
  readonly killedWithin: number;
}

const root = new URL("../../", import.meta.url).pathname;
const program = join(root, "cli.ts");
const person = join(root, "examples/people/1.png");
const pose = `${join(root, "examples/people/poses.csv")}#1.png`;
const track = join(root, "examples/track.json");
const model = join(root, "tests/models/demo.safetensors");
const tiny = ["--width", "2", "--batch", "1", "--vgg", "none"];

/** Makes what the commands read, in a folder. */
export async function hostileCommands(folder: string): Promise<readonly HostileCommand[]> {
  const data = join(folder, "data");
  const people = Array.from({ length: 8 }, (_, i) => `000${i + 1}`);
  const size = { width: 32, height: 64 };
  await writeMarketFolder(data, { train: people.slice(0, 5), test: people.slice(5) }, size);
  const poses = join(folder, "poses.csv");
  await Deno.rename(join(data, "annotation-train.csv"), poses);
  const [, ...more] = (await Deno.readTextFile(join(data, "annotation-test.csv"))).split("\n");
  await Deno.writeTextFile(poses, more.join("\n"), { append: true });
  await Deno.remove(join(data, "annotation-test.csv"));
  const ready = join(folder, "ready");
  await run(["data", "market", data, "--poses", poses, "--out", ready]);

  const same = (args: (out: string) => string[]) => (out: string) => Promise.resolve(args(out));
  const train = (out: string) => ["train", ...tiny, "--steps", "2", "--every", "1", "--out", out];
  const prepare = (out: string) => ["data", "market", data, "--poses", poses, "--out", out];
  const evaluate = (
    out: string,
  ) => ["evaluate", "--checkpoint", model, "--data", ready, "--out", out];
  const ablate = (out: string) =>
    ["ablate", "--data", ready, ...tiny, "--steps", "1", "--preset", "demo", "--test-pairs", "2"]
      .concat("--out", out);
  const animate = (out: string) =>
    ["animate", "--source", person, "--source-pose", pose, "--poses", track, "--checkpoint", model]
      .concat("--out", `${out}.gif`);
  const once = { rewrites: false, killedWithin: 1 };
  return [
    {
      name: "train",
      args: train,
      again: async (out) => {
        if (await isComplete(new RunFolder(out), 2)) return null;
        return await isThere(new RunFolder(out).checkpoint)
          ? ["train", "--resume", "--out", out]
          : train(out);
      },
      rewrites: true,
      killedWithin: 1,
    },
    { name: "data", args: prepare, again: same(prepare), ...once },
    { name: "evaluate", args: evaluate, again: same(evaluate), ...once },
    { name: "animate", args: animate, again: same(animate), ...once },
    { name: "ablate", args: ablate, again: same(ablate), rewrites: true, killedWithin: 0.2 },
  ];
}

export interface Outcome {
  readonly code: number;
  readonly wasKilled: boolean;
  readonly said: string;
  readonly seconds: number;
}

/** What programs may use for themselves: they must leave nothing there. */
export const temporary = await Deno.makeTempDir({ prefix: "repose hostile tmp " });

/** Runs the program, and kills it after some seconds where it takes longer. */
export async function run(args: readonly string[], killAfter = Infinity): Promise<Outcome> {
  const start = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", "-A", program, ...args],
    stdout: "null",
    stderr: "piped",
    env: { TMPDIR: temporary },
  }).spawn();
  const timer = Number.isFinite(killAfter) ? setTimeout(() => kill(process), killAfter * 1000) : 0;
  const { code, signal, stderr } = await process.output();
  clearTimeout(timer);
  const said = new TextDecoder().decode(stderr);
  const seconds = (performance.now() - start) / 1000;
  return { code, wasKilled: signal === "SIGKILL", said, seconds };
}

function kill(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch {
    // it has ended
  }
}
