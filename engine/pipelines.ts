import type { AnyKernel } from "./kernel.ts";

/** A kernel that the driver does not take. */
export class KernelError extends Error {
  override readonly name = "KernelError";
}

/** A kernel as the GPU runs it. */
export interface Compiled {
  readonly id: number;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Compiles each kernel once. */
export class Pipelines {
  readonly #compiled = new Map<AnyKernel, Compiled>();

  /**
   * @param onCompile sees each kernel before the driver does
   * @param check hears, for each, of a promise of what is wrong with it
   */
  constructor(
    readonly gpu: GPUDevice,
    readonly onCompile: (kernel: AnyKernel) => void,
    readonly check: (error: Promise<KernelError | null>) => void,
  ) {}

  compile(kernel: AnyKernel): Compiled {
    const known = this.#compiled.get(kernel);
    if (known) return known;
    this.onCompile(kernel);
    // The driver's complaints reach this scope, not whatever is launched when they arrive.
    this.gpu.pushErrorScope("validation");
    const descriptor = this.#describe(kernel);
    const pipeline = this.gpu.createComputePipeline(descriptor);
    const { module } = descriptor.compute;
    this.check(this.gpu.popErrorScope().then((error) => error && complaint(kernel, module, error)));
    return this.#keep(kernel, pipeline);
  }

  /** The same beside what the GPU does otherwise. @throws KernelError */
  async compileAhead(kernel: AnyKernel): Promise<void> {
    if (this.#compiled.has(kernel)) return;
    this.onCompile(kernel);
    this.gpu.pushErrorScope("validation"); // the pipeline's refusal tells the same
    const descriptor = this.#describe(kernel);
    void this.gpu.popErrorScope();
    const pipeline = await this.gpu.createComputePipelineAsync(descriptor)
      .catch(async (error) => {
        throw await complaint(kernel, descriptor.compute.module, error);
      });
    this.#keep(kernel, pipeline);
  }

  #describe({ name: label, code }: AnyKernel) {
    const module = this.gpu.createShaderModule({ label, code });
    return { label, layout: "auto", compute: { module, entryPoint: "main" } } as const;
  }

  #keep(kernel: AnyKernel, pipeline: GPUComputePipeline): Compiled {
    const layout = pipeline.getBindGroupLayout(0);
    const compiled = { id: this.#compiled.size, pipeline, layout };
    this.#compiled.set(kernel, compiled);
    return compiled;
  }
}

/** What the compiler says, with the line at which it says so. */
async function complaint(
  { name, code }: AnyKernel,
  module: GPUShaderModule,
  { message }: { readonly message: string },
): Promise<KernelError> {
  const { messages } = await module.getCompilationInfo();
  const first = messages.find(({ type }) => type === "error");
  if (!first) return new KernelError(`kernel ${name} cannot run: ${message.trim()}`);
  const line = code.split("\n")[first.lineNum - 1] ?? "";
  const words = first.message.trim();
  // Some compilers quote the line.
  const source = words.includes(line.trim()) ? "" : `\n${first.lineNum} | ${line}`;
  return new KernelError(
    `kernel ${name} does not compile, line ${first.lineNum} of its WGSL:\n${words}${source}`,
  );
}
