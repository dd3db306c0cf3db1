/** A GPU that works until a certain call, and then fails in one of the ways that GPUs have. */

export type Fault = "lost" | "out of memory" | "hangs";

const REASON = "the test wants it";

/** Milliseconds from which a timer counts as patience with the GPU, which hanging GPUs are not given here. */
const PATIENCE = 60_000;

/**
 * Runs `use` while every device that is opened fails at its call number `at`, counted over those that make buffers, write,
 * submit and wait; 0 for its opening, Infinity for never. Gives the number of calls. All of them share one real device and its compiled
 * kernels, which makes further runs quick.
 */
export async function onFailingGpu(
  fault: Fault,
  at: number,
  use: () => Promise<void>,
): Promise<number> {
  const gpu = await realDevice();
  const failing = new FailingDevice(gpu, fault, at);
  const adapter = {
    limits: gpu.limits,
    features: gpu.features,
    info: { description: "llvmpipe, which will fail" },
    requestDevice: () =>
      at > 0
        ? Promise.resolve(failing.device)
        : Promise.reject(new DOMException(REASON, "OperationError")),
  };
  const { setTimeout } = globalThis;
  Object.defineProperty(navigator.gpu, "requestAdapter", {
    value: () => Promise.resolve(adapter),
    configurable: true,
  });
  globalThis.setTimeout = Object.assign(
    (work: () => void, delay = 0) =>
      setTimeout(work, fault === "hangs" && delay >= PATIENCE ? 30 : delay),
    setTimeout,
  );
  try {
    await use();
  } finally {
    globalThis.setTimeout = setTimeout;
    Reflect.deleteProperty(navigator.gpu, "requestAdapter");
    failing.free();
  }
  return failing.calls;
}

let real: Promise<GPUDevice> | undefined;

function realDevice(): Promise<GPUDevice> {
  return real ??= (async () => {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new Error("no WebGPU adapter");
    const { maxStorageBuffersPerShaderStage } = adapter.limits;
    return await adapter.requestDevice({ requiredLimits: { maxStorageBuffersPerShaderStage } });
  })();
}

const modules = new Map<string, GPUShaderModule>();
const pipelines = new Map<GPUShaderModule, GPUComputePipeline>();

class FailingDevice {
  calls = 0;
  #hasFailed = false;
  readonly #lost = Promise.withResolvers<{ reason: string; message: string }>();
  readonly #listeners: ((event: Event) => void)[] = [];
  readonly #buffers: GPUBuffer[] = [];
  readonly device: GPUDevice;

  constructor(
    private readonly gpu: GPUDevice,
    private readonly fault: Fault,
    private readonly at: number,
  ) {
    const queue = withMethods(gpu.queue, {
      writeBuffer: (...args: Parameters<GPUQueue["writeBuffer"]>) => {
        if (this.#works()) gpu.queue.writeBuffer(...args);
      },
      submit: (commands: GPUCommandBuffer[]) => {
        if (this.#works()) gpu.queue.submit(commands);
      },
      onSubmittedWorkDone: () => this.#answer(() => gpu.queue.onSubmittedWorkDone()),
    });
    this.device = withMethods(gpu, {
      queue,
      lost: this.#lost.promise,
      destroy: () => {},
      addEventListener: (_: string, listener: (event: Event) => void) => {
        this.#listeners.push(listener);
      },
      createBuffer: (descriptor: GPUBufferDescriptor) => this.#createBuffer(descriptor),
      createShaderModule: ({ code }: GPUShaderModuleDescriptor) => {
        const known = modules.get(code) ?? gpu.createShaderModule({ code });
        modules.set(code, known);
        return known;
      },
      createComputePipeline: (descriptor: GPUComputePipelineDescriptor) => {
        const { module } = descriptor.compute;
        const known = pipelines.get(module) ?? gpu.createComputePipeline(descriptor);
        pipelines.set(module, known);
        return known;
      },
    });
  }

  free(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }

  #createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer {
    this.#works();
    const buffer = this.gpu.createBuffer(descriptor);
    this.#buffers.push(buffer);
    const mapAsync = (mode: number) =>
      this.#answer(() => GPUBuffer.prototype.mapAsync.call(buffer, mode));
    Object.defineProperty(buffer, "mapAsync", { value: mapAsync });
    return buffer;
  }

  /** Counts a call, fails when its turn has come, and says whether the GPU still does what it is told. */
  #works(): boolean {
    if (++this.calls === this.at) {
      this.#hasFailed = true;
      setTimeout(() => this.#tell(), 0);
    }
    return !this.#hasFailed;
  }

  /** What it says of its failure, if it says anything. */
  #tell(): void {
    const message = REASON;
    if (this.fault === "lost") {
      this.#lost.resolve({ reason: "unknown", message });
    }
    if (this.fault === "out of memory") {
      const event = Object.assign(new Event("uncapturederror"), {
        error: new GPUOutOfMemoryError(message),
      });
      for (const listener of this.#listeners) listener(event);
    }
  }

  /** After a failure for want of memory, what can be read is whatever was there. */
  async #answer(wait: () => Promise<unknown>): Promise<void> {
    if (this.#works() || this.fault === "out of memory") await wait();
    else if (this.fault === "hangs") await new Promise(() => {});
    else throw new DOMException("the device is lost", "OperationError");
  }
}

/** An object with other methods and values in place of its own. */
function withMethods<T extends object>(object: T, others: Record<string, unknown>): T {
  return new Proxy(object, {
    get(target, name) {
      if (typeof name === "string" && Object.hasOwn(others, name)) return others[name];
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
