/**
 * What runs in a contestant's own process: it answers each request, one line of JSON on standard input,
 * with a line of JSON on standard output, and sleeps in between.
 */
import { createInterface } from "node:readline";
import { costOf } from "./cost.ts";
import type { Layer, Pass } from "./layers.ts";
import { readWorkload, type Workload } from "./workload.ts";

/** Something to measure. `batch` is the number of pictures. */
export type Task =
  | { readonly kind: "layer"; readonly layer: Layer; readonly pass: Pass }
  | { readonly kind: "forward"; readonly batch: number }
  | { readonly kind: "step"; readonly batch: number };

/** `run` measures a task, once only when it is a warm-up; `outputs` writes what `Contestant.outputs` gives. */
export type Request =
  | { readonly command: "run"; readonly task: Task; readonly once: boolean }
  | { readonly command: "outputs"; readonly warps: boolean; readonly path: string };

/** The first line tells who is there; then come milliseconds for `run`, and an error where one was thrown. */
export interface Reply {
  readonly device?: string;
  readonly version?: string;
  readonly milliseconds?: number;
  readonly error?: string;
}

/** A library that computes the model. */
export interface Contestant {
  readonly device: string;
  readonly version: string;
  /** Prepares a task, and returns what launches it; nothing is waited for. */
  prepare(task: Task): (() => void) | Promise<() => void>;
  /** Waits until all that was launched is done. */
  finish(): Promise<void>;
  /**
   * The painted pictures [4, 3, H, W], with the skips warped or as they are, and the discriminator's logits
   * of them [4, 1, h, w], one after the other.
   */
  outputs(warps: boolean): Promise<Float32Array<ArrayBuffer>>;
}

/** Serves the contestant that `open` makes of the workload file and the width on the command line. */
export async function serve(
  open: (workload: Workload, width: number) => Promise<Contestant>,
): Promise<void> {
  console.log = console.info = console.error; // standard output is for replies
  const [path, width] = Deno.args;
  const contestant = await open(await readWorkload(path), Number(width));
  const { device, version } = contestant;
  const launches = new Map<string, () => void>();
  const answer = async (request: Request): Promise<Reply> => {
    if (request.command === "outputs") {
      const outputs = await contestant.outputs(request.warps);
      await Deno.writeFile(request.path, new Uint8Array(outputs.buffer));
      return {};
    }
    const key = JSON.stringify(request.task);
    const launch = launches.get(key) ?? await contestant.prepare(request.task);
    launches.set(key, launch);
    const { wall } = await costOf(launch, () => contestant.finish(), request.once);
    return { milliseconds: wall };
  };
  await reply({ device, version });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      await reply(await answer(JSON.parse(line)));
    } catch (error) {
      await reply({ error: String(error) });
    }
  }
  Deno.exit(0);
}

async function reply(value: Reply): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
}
