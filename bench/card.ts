/** All that is to be measured where a graphics card is at hand, in less than ten minutes; see README.md. */
import { fileURLToPath } from "node:url";
import { Device } from "../engine/device.ts";
import { isSoftware } from "../engine/tensor.ts";
import { kindsLike } from "../kernels/tuning.ts";
import { writeResults } from "./results.ts";

/** A command of Deno, run in the project's folder. */
interface Part {
  readonly name: string;
  readonly args: readonly string[];
  /** It is ended after so many seconds. */
  readonly limit: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a part ended. */
interface Outcome extends Part {
  /** 143 where it was ended. */
  readonly code: number;
  readonly seconds: number;
  /** What it printed. */
  readonly lines: readonly string[];
}

const ofBench = (...args: string[]) => ["run", "-A", "--config", "bench/deno.json", ...args];
const step = ["--preset", "market", "--width", "64", "--batch", "4", "--vgg", "none"];

const parts: readonly Part[] = [
  {
    name: "tests",
    args: ["test", "-A", "tests/kernels", "tests/engine", "tests/model"],
    limit: 150,
  },
  {
    name: "peers",
    args: ofBench(
      ...["bench/main.ts", "--width", "64", "--tasks", "forward,step"],
      ...["--peers", "pytorch,pytorch-tf32,pytorch-compile,pytorch-compile-tf32"],
    ),
    limit: 210,
  },
  ...kindsLike("gpu").map((kind) => ({
    name: `profile as ${kind}`,
    args: ["run", "-A", "cli.ts", "train", "--profile", "--out", `runs/card-${kind}`, ...step],
    limit: 20,
    env: { REPOSE_KIND: kind },
  })),
  { name: "tuning", args: ofBench("bench/tune.ts", "--quick"), limit: 60 },
  { name: "growth", args: ofBench("bench/scaling.ts"), limit: 90 },
];

/** Runs one part after the other, shows what they print, and writes it to results/, beside their own files. */
export async function card(): Promise<void> {
  const device = await Device.open();
  const { name, kind } = device;
  device.close();
  if (isSoftware(kind)) throw new Error(`${name} is no graphics card: its driver is missing`);
  const outcomes: Outcome[] = [];
  for (const part of parts) {
    console.log(`\n=== ${part.name}`);
    outcomes.push(await run(part));
    await writeResults(`card ${name}`, { device: name, parts: outcomes });
  }
  console.log(`\n${outcomes.map((o) => `${o.name}: ${o.code}, ${o.seconds} s`).join("\n")}`);
}

async function run(part: Part): Promise<Outcome> {
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...part.args],
    cwd: fileURLToPath(import.meta.resolve("../")),
    env: part.env ?? {},
    signal: AbortSignal.timeout(part.limit * 1000),
    stdout: "piped",
  }).spawn();
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    await Deno.stdout.write(new TextEncoder().encode(chunk));
  }
  const { code } = await child.status;
  const seconds = Math.round((performance.now() - start) / 1000);
  return { ...part, code, seconds, lines: text.trimEnd().split("\n") };
}
