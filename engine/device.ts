import { BindGroups } from "./bind_groups.ts";
import { Capture, type CapturedStep } from "./capture.ts";
import { type Command, commandOf } from "./command.ts";
import { join } from "./join.ts";
import type { AnyKernel, Kernel } from "./kernel.ts";
import { checkKnownAnswers } from "./known_answer.ts";
import { hasAnswered, PATIENCE_MINUTES } from "./patience.ts";
import { KernelError, Pipelines } from "./pipelines.ts";
import { BufferPool, type TensorStorage } from "./pool.ts";
import type { Span } from "./profiler.ts";
import { storagesIn } from "./storages_in.ts";
import { CommandQueue } from "./queue.ts";
import {
  type Bindings,
  type DeviceKind,
  type Groups,
  packedSize,
  type ParameterValues,
  type Shape,
  sizeOf,
  Tensor,
  type TensorDevice,
} from "./tensor.ts";

/** Bind groups of launches outside captured steps that are kept for the next time; a training step has some hundreds. */
const MOST_BIND_GROUPS = 4096;

/** Limits asked for up to what the adapter offers; everything else stays at WebGPU's defaults. */
const WANTED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
] as const;

/** For those who look for a kernel that fails. */
export interface DebugOptions {
  /**
   * Runs captured steps op by op each time, to the same bits, and submits each dispatch by itself: slow, but an error
   * names its kernel.
   */
  readonly eager?: boolean;
  /** Sees each kernel before it is compiled. */
  readonly onCompile?: (kernel: AnyKernel) => void;
}

/**
 * A GPU and everything that lives on it: buffers, pipelines, the commands not yet submitted and
 * the tape that records. Commands run in the order in which they were launched.
 */
export class Device implements TensorDevice {
  /** Buffers that tensors take and give back. */
  readonly pool: BufferPool;
  tape: TensorDevice["tape"] = null;
  readonly #eager: boolean;
  readonly #queue: CommandQueue;
  readonly #pipelines: Pipelines;
  readonly #bindGroups: BindGroups;
  #capture: Capture | null = null;
  #failure: Error | null = null;
  /** Waits for what the driver says of the kernels compiled so far, in their order. */
  #checks: Promise<void> = Promise.resolve();

  /** For `Device.open` and `countingDevice`. */
  constructor(
    readonly gpu: GPUDevice,
    readonly name: string,
    /** Set to another one, it holds for what is launched or captured from then on. */
    public kind: DeviceKind = "gpu",
    { eager = false, onCompile = () => {} }: DebugOptions = {},
  ) {
    this.pool = new BufferPool(gpu);
    this.#eager = eager;
    this.#queue = new CommandQueue(gpu);
    this.#pipelines = new Pipelines(gpu, onCompile, (error) => this.#check(error));
    this.#bindGroups = new BindGroups(this.#pipelines, MOST_BIND_GROUPS);
    gpu.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      const { error } = event as GPUUncapturedErrorEvent;
      const isMemory = error instanceof GPUOutOfMemoryError;
      this.#fail(isMemory ? "out of memory; lower the batch or the width" : error.message);
    });
    gpu.lost.then(
      (info) => {
        if (info.reason !== "destroyed") this.#fail(`the GPU was lost: ${info.message}`);
      },
      (error) => this.#fail(String(error)),
    );
  }

  /**
   * Opens the adapter's device with its real limits and checks that it computes known answers. `webgpu` is where to look
   * for the adapter: what the platform has, unless told otherwise.
   * @throws Error when there is no adapter, or when it computes wrong values.
   */
  static async open(
    debug: DebugOptions = {},
    webgpu: GPU | undefined = globalThis.navigator?.gpu,
  ): Promise<Device> {
    const adapter = await webgpu?.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) {
      throw new Error(
        "no WebGPU adapter found: start through ./run, which brings a software one, or install a Vulkan driver",
      );
    }
    const requiredLimits: Record<string, number> = {};
    for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
    const features: GPUFeatureName[] = ["timestamp-query"];
    const requiredFeatures = features.filter((feature) => adapter.features.has(feature));
    const gpu = await adapter.requestDevice({ requiredLimits, requiredFeatures })
      .catch((error: Error) => {
        throw new Error(`the GPU cannot be opened: ${error.message}`, { cause: error });
      });
    const { description, device: chip, vendor, architecture } = adapter.info;
    const name = description || chip || `${vendor} ${architecture}`.trim() || "GPU";
    const device = new Device(gpu, name, kindOf(name), debug);
    await checkKnownAnswers(device);
    return device;
  }

  get mostBytes(): number {
    return this.gpu.limits.maxStorageBufferBindingSize;
  }

  /**
   * A tensor of the given shape with unspecified content, from the pool; released with the current scope.
   * @throws RangeError for an empty shape or one that is larger than the device binds.
   */
  empty(shape: Shape): Tensor {
    this.#assertAlive();
    const bytes = sizeOf(shape) * 4;
    if (bytes > this.mostBytes) {
      throw new RangeError(
        `tensor [${shape}] needs ${bytes} bytes but ${this.name} binds at most ` +
          `${this.mostBytes}: lower the batch or the width`,
      );
    }
    return new Tensor(this, shape, this.#capture?.storage(bytes) ?? this.pool.allocate(bytes));
  }

  /**
   * A tensor with the given values (float32, or raw 32-bit words for kernels that declare `words`).
   * @throws RangeError when these are not as many as the shape holds.
   */
  tensor(shape: Shape, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): Tensor {
    if (values.length !== sizeOf(shape)) {
      throw new RangeError(
        `tensor [${shape}] holds ${sizeOf(shape)} values but ${values.length} were given`,
      );
    }
    const result = this.empty(shape);
    this.write(result, values);
    return result;
  }

  /**
   * Overwrites a tensor's content after all that was launched before. For inputs and state, not inside `grad`.
   * @throws Error inside a captured step.
   */
  write(tensor: Tensor, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void {
    this.#assertNotCapturing("write");
    // queue.writeBuffer overtakes commands that are encoded but not submitted.
    this.flush();
    const { buffer, offset } = tensor.storage;
    this.gpu.queue.writeBuffer(buffer, offset, values);
  }

  /**
   * Copies a tensor's values back: waits for all that was launched before.
   * @throws Error inside a captured step, or what went wrong on the GPU.
   */
  async read(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.readBytes(tensor));
  }

  /** As `read`, for tensors of raw 32-bit words. @throws as `read`. */
  async readBytes(tensor: Tensor): Promise<ArrayBuffer> {
    this.#assertAlive();
    this.#assertNotCapturing("read");
    const bytes = tensor.size * 4;
    const staging = this.gpu.createBuffer({
      label: "read-back",
      size: bytes,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    this.#queue.copy(tensor.storage, staging, bytes);
    this.flush();
    try {
      await this.#answer(staging.mapAsync(GPUMapMode.READ));
      return staging.getMappedRange().slice(0);
    } finally {
      staging.destroy();
    }
  }

  /**
   * A tensor in which the given ones lie as `tensorsIn` lays them; what is between them is unspecified. Inside a captured
   * step it is made of those themselves where it can be; else they are copied.
   */
  join(tensors: readonly Tensor[]): Tensor {
    const whole = this.empty([packedSize(tensors.map(({ shape }) => shape))]);
    join(tensors, whole, (tensor, place) => this.#capture?.lay(tensor, place) ?? false);
    return whole;
  }

  /**
   * Launches a kernel on the tensors and parameters that its definition names. `flops` counts its
   * arithmetic for profiles, a multiply-add as two.
   * @throws RangeError when the grid is larger than the device's limits.
   */
  launch<Bound extends string, Maybe extends string, Param extends string, B, P>(
    kernel: Kernel<Bound, Maybe, Param>,
    bindings: Bindings<Bound, Maybe, B>,
    parameters: ParameterValues<Param, P>,
    groups: Groups,
    flops = 0,
  ): void {
    this.#assertAlive();
    const limit = this.gpu.limits.maxComputeWorkgroupsPerDimension;
    if (groups.some((count) => count > limit)) {
      throw new RangeError(`${kernel.name}: grid [${groups}] exceeds ${limit} groups a dimension`);
    }
    const command = commandOf(kernel, bindings, parameters, groups, flops);
    if (this.#capture) this.#capture.push(command);
    else if (this.#eager) this.#runAlone(command);
    else this.#run(command);
  }

  /**
   * The result of `make`, which depends on `source` alone, such as its values in another order. Inside a captured step
   * it is made once for each content of `source` and name. It must not be written.
   */
  derived(source: Tensor, name: string, make: () => Tensor): Tensor {
    return this.#capture ? this.#capture.derived(source, name, make) : make();
  }

  /**
   * Traces `body` without running it: a step whose shapes and launches are the same each time. Tensors
   * made inside share buffers by their lifetimes; those that `body` returns keep theirs. What changes
   * from step to step must sit in tensors made outside, as nothing can be written or read inside.
   * @throws Error inside another captured step.
   */
  capture<T>(body: () => T): CapturedStep<T> {
    this.#assertNotCapturing("capture");
    if (this.#eager) return this.#eagerStep(body);
    const capture = this.#capture = new Capture();
    let result: T;
    try {
      result = body();
    } finally {
      this.#capture = null;
    }
    const buffers = capture.place(this.pool, storagesIn(result));
    const bindGroups = new BindGroups(this.#pipelines, capture.commands.length);
    const dispatches = capture.commands.map((command) => bindGroups.dispatch(command));
    return {
      result,
      commands: capture.commands,
      bytes: buffers.reduce((sum, { bytes }) => sum + bytes, 0),
      replay: () => {
        this.#assertAlive();
        for (const dispatch of dispatches) this.#queue.dispatch(dispatch);
        this.flush();
      },
    };
  }

  #eagerStep<T>(body: () => T): CapturedStep<T> {
    let latest: { result: T } | null = null;
    const kept = new Set<TensorStorage>(); // of the latest result
    return {
      get result() {
        if (!latest) throw new Error("a step that has not run yet has no result");
        return latest.result;
      },
      commands: [],
      bytes: 0,
      replay: () => {
        for (const storage of kept) this.pool.release(storage);
        kept.clear();
        latest = { result: this.scope(body, kept) };
      },
    };
  }

  /** Submits everything launched so far. */
  flush(): void {
    this.#queue.flush();
  }

  /**
   * Runs `body` and measures each of its dispatches; slower than without, as each waits for the one before.
   * @throws Error when the GPU has no timestamp queries.
   */
  profile(body: () => void): Promise<Span[]> {
    return this.#queue.profile(body);
  }

  /** Submits and waits until the GPU is idle. @throws Error that says what went wrong since. */
  async finish(): Promise<void> {
    this.flush();
    await this.#answer(this.gpu.queue.onSubmittedWorkDone());
  }

  /**
   * Runs `body` and returns to the pool every tensor made inside it but those it returns
   * (a tensor, or arrays and records of tensors), which then belong to `heir`, or else to the scope around.
   */
  scope<T>(body: () => T, heir?: Set<TensorStorage>): T {
    const made = this.pool.openScope();
    let kept: Set<TensorStorage> = new Set();
    try {
      const result = body();
      kept = storagesIn(result);
      return result;
    } finally {
      this.pool.closeScope(made, kept, heir);
    }
  }

  /** Compiles a kernel before its first launch, beside what the GPU does otherwise. @throws KernelError */
  async compileAhead(kernel: AnyKernel): Promise<void> {
    await this.#pipelines.compileAhead(kernel);
  }

  /** Releases the GPU; the device is unusable afterwards. */
  close(): void {
    this.gpu.destroy();
  }

  #run(command: Command): void {
    if (this.#bindGroups.isFull) {
      this.flush();
      this.#bindGroups.clear();
    }
    this.#queue.dispatch(this.#bindGroups.dispatch(command));
  }

  /** Submits a launch by itself, so that what the GPU complains of is its kernel. */
  #runAlone(command: Command): void {
    this.gpu.pushErrorScope("validation");
    this.#run(command);
    this.flush();
    this.#check(
      this.gpu.popErrorScope().then((error) =>
        error && new KernelError(`kernel ${command.kernel.name}: ${error.message.trim()}`)
      ),
    );
  }

  #fail(message: string): void {
    const firstLine = message.replaceAll(/\s+/g, " ").trim();
    this.#failure ??= new Error(`GPU error near ${this.#queue.lastKernel}: ${firstLine}`);
  }

  /** Waits for an answer of the GPU. @throws what went wrong on it */
  async #answer(answer: Promise<unknown>): Promise<void> {
    const isAnswered = await hasAnswered(answer).catch(async (error) => {
      // The event that tells what went wrong arrives after the refusal.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await this.#checks;
      throw this.#failure ?? error;
    });
    if (isAnswered) await this.#checks;
    else this.#fail(`no answer for ${PATIENCE_MINUTES} minutes`);
    this.#assertAlive();
  }

  /** Takes note of what is wrong with a kernel, rather than of the errors that follow from it. */
  #check(problem: Promise<KernelError | null>): void {
    this.#checks = this.#checks.then(() => problem).then((error) => {
      if (error && !(this.#failure instanceof KernelError)) this.#failure = error;
    }).catch((error) => this.#fail(String(error)));
  }

  #assertNotCapturing(what: string): void {
    if (this.#capture) throw new Error(`${what}: not inside a captured step`);
  }

  #assertAlive(): void {
    if (this.#failure) throw this.#failure;
  }
}

/** By the name of an adapter: Mesa's and Google's software drivers have names of their own. */
function kindOf(name: string): DeviceKind {
  if (/swiftshader/i.test(name)) return "swiftshader";
  return /llvmpipe/i.test(name) ? "software" : "gpu";
}
