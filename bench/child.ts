/** The parent's side of a contestant: a process that is asked one thing at a time. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Reply, Request, Task } from "./contestant.ts";

export class Child {
  device = "";
  version = "";
  readonly #process: ChildProcess;
  readonly #replies: AsyncIterator<string>;

  private constructor(readonly name: string, process: ChildProcess) {
    this.#process = process;
    this.#replies = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
  }

  /** Starts a contestant and waits until it has loaded. @throws Error when it can't run here. */
  static async start(name: string, [program, ...parameters]: readonly string[]): Promise<Child> {
    const process = spawn(program, parameters, { stdio: ["pipe", "pipe", "inherit"] });
    await once(process, "spawn");
    const child = new Child(name, process);
    const { device, version } = await child.#reply();
    return Object.assign(child, { device, version });
  }

  /** Milliseconds of a task; `once` for a warm-up. @throws Error when the contestant can't do it. */
  async run(task: Task, once: boolean): Promise<number> {
    const { milliseconds } = await this.#ask({ command: "run", task, once });
    return milliseconds!;
  }

  /** What `Contestant.outputs` gives, by way of the file `path`. */
  async outputs(warps: boolean, path: string): Promise<Float32Array> {
    await this.#ask({ command: "outputs", warps, path });
    return new Float32Array((await Deno.readFile(path)).buffer);
  }

  stop(): void {
    this.#process.kill("SIGKILL");
  }

  #ask(request: Request): Promise<Reply> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    return this.#reply();
  }

  async #reply(): Promise<Reply> {
    const { value, done } = await this.#replies.next();
    if (done) throw new Error("its process has ended");
    const reply: Reply = JSON.parse(value);
    if (reply.error) throw new Error(reply.error);
    return reply;
  }
}
