import type { Command } from "./command.ts";

/** One dispatch as the GPU's clock saw it. */
export interface Span {
  /** The kernel's name. */
  readonly name: string;
  /** Milliseconds since the first dispatch that was profiled. */
  readonly start: number;
  /** How long it ran. */
  readonly milliseconds: number;
  /** Arithmetic operations, where the kernel counts them, else 0. */
  readonly flops: number;
  /** Bytes of all that it binds: what it would move if it touched each byte once. */
  readonly bytes: number;
}

/** WebGPU's limit of a query set, in dispatches. */
const DISPATCHES_PER_SET = 2048;

/** Takes the time of each dispatch by timestamp queries at the ends of a pass of its own. */
export class Profiler {
  readonly #sets: GPUQuerySet[] = [];
  readonly #commands: Command[] = [];

  /** @throws Error when the device has no timestamp queries. */
  constructor(readonly gpu: GPUDevice) {
    if (!gpu.features.has("timestamp-query")) {
      throw new Error("this GPU has no timestamp queries: it cannot be profiled");
    }
  }

  /** What the pass of the next dispatch begins with. */
  next(command: Command): GPUComputePassTimestampWrites {
    const index = this.#commands.push(command) - 1;
    const within = index % DISPATCHES_PER_SET;
    if (within === 0) {
      const count = 2 * DISPATCHES_PER_SET;
      this.#sets.push(this.gpu.createQuerySet({ type: "timestamp", count }));
    }
    return {
      querySet: this.#sets[this.#sets.length - 1],
      beginningOfPassWriteIndex: 2 * within,
      endOfPassWriteIndex: 2 * within + 1,
    };
  }

  /** All spans in launch order; waits for the GPU. Call it when everything is submitted, once. */
  async read(): Promise<Span[]> {
    const times: bigint[] = [];
    for (const set of this.#sets) times.push(...await this.#timesOf(set));
    const milliseconds = (later: bigint, earlier: bigint) => Number(later - earlier) / 1e6;
    return this.#commands.map(({ kernel, operands, flops }, i) => ({
      name: kernel.name,
      start: milliseconds(times[2 * i], times[0]),
      milliseconds: milliseconds(times[2 * i + 1], times[2 * i]),
      flops,
      bytes: operands.reduce((sum, { size }) => sum + size, 0),
    }));
  }

  async #timesOf(set: GPUQuerySet): Promise<BigUint64Array> {
    const size = set.count * 8;
    const resolved = this.gpu.createBuffer({
      size,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    const readable = this.gpu.createBuffer({
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = this.gpu.createCommandEncoder();
    encoder.resolveQuerySet(set, 0, set.count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readable, 0, size);
    this.gpu.queue.submit([encoder.finish()]);
    await readable.mapAsync(GPUMapMode.READ);
    const times = new BigUint64Array(readable.getMappedRange().slice(0));
    for (const buffer of [resolved, readable]) buffer.destroy();
    set.destroy();
    return times;
  }
}
