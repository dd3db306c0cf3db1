import type { Dispatch } from "./bind_groups.ts";
import type { TensorStorage } from "./pool.ts";
import { Profiler, type Span } from "./profiler.ts";

/** Dispatches encoded before they are submitted: large enough to hide submission, small enough to start early. */
const DISPATCHES_PER_SUBMIT = 256;

/**
 * Arithmetic operations after which they are submitted too: 30 ms of an integrated graphics card at its best. A system
 * takes a GPU for hung that is busy with one submission for 2 seconds (Windows) or 10.
 */
const FLOPS_PER_SUBMIT = 50e9;

/** Encodes what the GPU is to do, in order, and submits it some at a time. */
export class CommandQueue {
  /** The kernel of the latest dispatch. */
  lastKernel = "nothing";
  #profiler: Profiler | null = null;
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  /** Dispatches encoded since the last submission, and their arithmetic. */
  #pending = { dispatches: 0, flops: 0 };

  constructor(readonly gpu: GPUDevice) {}

  dispatch({ command, pipeline, bindGroup }: Dispatch): void {
    this.lastKernel = command.kernel.name;
    if (this.#profiler) {
      this.#endPass();
      const timestampWrites = this.#profiler.next(command);
      this.#pass = this.#commands().beginComputePass({ timestampWrites });
    }
    this.#pass ??= this.#commands().beginComputePass();
    this.#pass.setPipeline(pipeline);
    this.#pass.setBindGroup(0, bindGroup);
    this.#pass.dispatchWorkgroups(...command.groups);
    const pending = this.#pending;
    pending.dispatches++;
    pending.flops += command.flops;
    if (pending.dispatches >= DISPATCHES_PER_SUBMIT || pending.flops >= FLOPS_PER_SUBMIT) {
      this.flush();
    }
  }

  /** Copies the first bytes of a storage into a buffer. */
  copy({ buffer, offset }: TensorStorage, to: GPUBuffer, bytes: number): void {
    this.#endPass();
    this.#commands().copyBufferToBuffer(buffer, offset, to, 0, bytes);
  }

  /** Submits everything encoded so far. */
  flush(): void {
    this.#endPass();
    if (!this.#encoder) return;
    this.gpu.queue.submit([this.#encoder.finish()]);
    this.#encoder = null;
    this.#pending = { dispatches: 0, flops: 0 };
  }

  /**
   * Measures each dispatch of `body`.
   * @throws Error when the GPU has no timestamp queries.
   */
  async profile(body: () => void): Promise<Span[]> {
    this.flush();
    this.#profiler = new Profiler(this.gpu);
    try {
      body();
      this.flush();
      return await this.#profiler.read();
    } finally {
      this.#profiler = null;
    }
  }

  #commands(): GPUCommandEncoder {
    return this.#encoder ??= this.gpu.createCommandEncoder();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
  }
}
