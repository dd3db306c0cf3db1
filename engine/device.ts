import { Capture, type CapturedStep } from "./capture.ts";
import { type Command, commandOf } from "./command.ts";
import { type Dispatch, Dispatches } from "./dispatches.ts";
import type { AnyKernel, Kernel } from "./kernel.ts";
import { knownAnswerKernel } from "./known_answer.ts";
import { KernelError, Pipelines } from "./pipelines.ts";
import { BufferPool, type TensorStorage } from "./pool.ts";
import { Profiler, type Span } from "./profiler.ts";
import {
  type Bindings,
  type Groups,
  type ParameterValues,
  type Shape,
  sizeOf,
  Tensor,
  type TensorDevice,
} from "./tensor.ts";

/** Dispatches encoded before they are submitted: large enough to hide submission, small enough to start early. */
const DISPATCHES_PER_SUBMIT = 256;

/** Names of drivers that compute on the CPU: Mesa's and Google's. */
const SOFTWARE = /llvmpipe|swiftshader/i;

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
  readonly pool: BufferPool;
  tape: TensorDevice["tape"] = null;
  readonly #eager: boolean;
  readonly #dispatches: Dispatches;
  #capture: Capture | null = null;
  #profiler: Profiler | null = null;
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  #pending = 0;
  #failure: Error | null = null;
  /** Whether the kernels compiled so far were taken; those of a launch come before its own errors. */
  #checks: Promise<void> = Promise.resolve();
  #lastLaunch = "nothing";

  /** For `Device.open` and `countingDevice`. */
  constructor(
    readonly gpu: GPUDevice,
    readonly name: string,
    readonly kind: "gpu" | "software" = "gpu",
    { eager = false, onCompile = () => {} }: DebugOptions = {},
  ) {
    this.pool = new BufferPool(gpu);
    this.#eager = eager;
    const pipelines = new Pipelines(gpu, onCompile, (error) => this.#check(error));
    this.#dispatches = new Dispatches(gpu, pipelines, () => this.flush());
    gpu.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.#fail((event as GPUUncapturedErrorEvent).error.message);
    });
    gpu.lost.then(
      (info) => {
        if (info.reason !== "destroyed") this.#fail(`the GPU was lost: ${info.message}`);
      },
      (error) => this.#fail(String(error)),
    );
  }

  /**
   * Opens the adapter's device with its real limits and checks that it computes known answers.
   * @throws Error when there is no adapter, or when it computes wrong values.
   */
  static async open(debug: DebugOptions = {}): Promise<Device> {
    const adapter = await globalThis.navigator?.gpu?.requestAdapter({
      powerPreference: "high-performance",
    });
    if (!adapter) {
      throw new Error(
        "no WebGPU adapter found: start through ./run, which brings a software one, or install a Vulkan driver",
      );
    }
    const requiredLimits: Record<string, number> = {};
    for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
    const features: GPUFeatureName[] = ["timestamp-query"];
    const requiredFeatures = features.filter((feature) => adapter.features.has(feature));
    const gpu = await adapter.requestDevice({ requiredLimits, requiredFeatures });
    const { description, device: chip, vendor, architecture } = adapter.info;
    const name = description || chip || `${vendor} ${architecture}`.trim() || "GPU";
    const device = new Device(gpu, name, SOFTWARE.test(name) ? "software" : "gpu", debug);
    await checkKnownAnswers(device);
    return device;
  }

  /** A tensor of the given shape with unspecified content, from the pool; released with the current scope. */
  empty(shape: Shape): Tensor {
    this.#assertAlive();
    const bytes = sizeOf(shape) * 4;
    if (bytes > this.gpu.limits.maxStorageBufferBindingSize) {
      throw new RangeError(
        `tensor [${shape}] needs ${bytes} bytes but ${this.name} binds at most ` +
          `${this.gpu.limits.maxStorageBufferBindingSize}: lower the batch or the width`,
      );
    }
    return new Tensor(this, shape, this.#capture?.storage(bytes) ?? this.pool.allocate(bytes));
  }

  /** A tensor with the given values (float32, or raw 32-bit words for kernels that declare `words`). */
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

  /** Overwrites a tensor's content after all that was launched before. For inputs and state, not inside `grad`. */
  write(tensor: Tensor, values: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void {
    this.#assertNotCapturing("write");
    // queue.writeBuffer overtakes commands that are encoded but not submitted.
    this.flush();
    this.gpu.queue.writeBuffer(tensor.storage.buffer, 0, values);
  }

  /** Copies a tensor's values back: waits for all that was launched before. Never inside a step. */
  async read(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.readBytes(tensor));
  }

  /** As `read`, for tensors of raw 32-bit words. */
  async readBytes(tensor: Tensor): Promise<ArrayBuffer> {
    this.#assertAlive();
    this.#assertNotCapturing("read");
    const bytes = tensor.size * 4;
    const staging = this.gpu.createBuffer({
      label: "read-back",
      size: bytes,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    this.#endPass();
    this.#commands().copyBufferToBuffer(tensor.storage.buffer, 0, staging, 0, bytes);
    this.flush();
    try {
      await staging.mapAsync(GPUMapMode.READ);
    } catch (error) {
      // The event that tells what went wrong arrives after the refused mapping.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await this.#checks;
      throw this.#failure ?? error;
    }
    const copy = staging.getMappedRange().slice(0);
    staging.destroy();
    await this.#checks;
    this.#assertAlive();
    return copy;
  }

  /**
   * Launches a kernel on the tensors and parameters that its definition names. `flops` counts its
   * arithmetic for profiles, a multiply-add as two.
   * @throws TypeError when one is missing; RangeError when the grid is larger than the device's limits.
   */
  launch<Bound extends string, Optional extends string, Parameter extends string, B, P>(
    kernel: Kernel<Bound, Optional, Parameter>,
    bindings: Bindings<Bound, Optional, B>,
    parameters: ParameterValues<Parameter, P>,
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
    else if (this.#eager) this.#dispatchAlone(command);
    else this.#dispatch(this.#dispatches.ofLaunch(command));
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
    const dispatches = this.#dispatches.ofStep(capture.commands);
    return {
      result,
      bytes: buffers.reduce((sum, { bytes }) => sum + bytes, 0),
      replay: () => {
        this.#assertAlive();
        for (const dispatch of dispatches) this.#dispatch(dispatch);
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
    this.#endPass();
    if (!this.#encoder) return;
    this.gpu.queue.submit([this.#encoder.finish()]);
    this.#encoder = null;
    this.#pending = 0;
  }

  /**
   * Runs `body` and measures each of its dispatches; slower than without, as each waits for the one before.
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

  /** Submits and waits until the GPU is idle; throws what went wrong since. */
  async finish(): Promise<void> {
    this.flush();
    await this.gpu.queue.onSubmittedWorkDone();
    await this.#checks;
    this.#assertAlive();
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

  /** Releases the GPU; the device is unusable afterwards. */
  close(): void {
    this.gpu.destroy();
  }

  /** Submits a launch by itself, so that what the GPU complains of is its kernel. */
  #dispatchAlone(command: Command): void {
    this.gpu.pushErrorScope("validation");
    this.#dispatch(this.#dispatches.ofLaunch(command));
    this.flush();
    this.#check(
      this.gpu.popErrorScope().then((error) =>
        error && new KernelError(`kernel ${command.kernel.name}: ${error.message.trim()}`)
      ),
    );
  }

  #dispatch({ command, pipeline, bindGroup }: Dispatch): void {
    this.#lastLaunch = command.kernel.name;
    if (this.#profiler) {
      this.#endPass();
      const timestampWrites = this.#profiler.next(command);
      this.#pass = this.#commands().beginComputePass({ timestampWrites });
    }
    this.#pass ??= this.#commands().beginComputePass();
    this.#pass.setPipeline(pipeline);
    this.#pass.setBindGroup(0, bindGroup);
    this.#pass.dispatchWorkgroups(...command.groups);
    if (++this.#pending >= DISPATCHES_PER_SUBMIT) this.flush();
  }

  #commands(): GPUCommandEncoder {
    return this.#encoder ??= this.gpu.createCommandEncoder();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
  }

  #fail(message: string): void {
    const firstLine = message.replaceAll(/\s+/g, " ").trim();
    this.#failure ??= new Error(`GPU error near ${this.#lastLaunch}: ${firstLine}`);
  }

  /** Takes what is wrong with a kernel, before all that follows from it. */
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

function storagesIn(value: unknown, found: Set<TensorStorage> = new Set()): Set<TensorStorage> {
  if (value instanceof Tensor) found.add(value.storage);
  else if (value instanceof Map) { for (const item of value.values()) storagesIn(item, found); }
  else if (Array.isArray(value)) { for (const item of value) storagesIn(item, found); }
  else if (value !== null && typeof value === "object") {
    for (const item of Object.values(value)) storagesIn(item, found);
  }
  return found;
}

/** A driver that miscomputes would train garbage silently: compare one kernel with known answers. */
async function checkKnownAnswers(device: Device): Promise<void> {
  const count = 1000;
  const x = Float32Array.from({ length: count }, (_, i) => i - 500);
  const y = await device.scope(() => {
    const input = device.tensor([count], x);
    const output = device.empty([count]);
    device.launch(knownAnswerKernel, { x: input, y: output }, { count, offset: 0.25 }, [16, 1, 1]);
    return output;
  }).read();
  const wrong = y.findIndex((value, i) => value !== Math.max(x[i], -8) * 2 + 0.25 + i);
  if (wrong >= 0) {
    throw new Error(
      `${device.name} computes wrong values (${
        y[wrong]
      } at ${wrong} of the known-answer check): update its driver or choose another adapter`,
    );
  }
}
