import type { Command, Groups } from "./command.ts";
import type { Kernel } from "./kernel.ts";

/** A command in the GPU's own objects: encoding it costs three calls. */
export interface Dispatch {
  readonly command: Command;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly groups: Groups;
}

interface Compiled {
  readonly id: number;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Bind groups kept before the cache starts anew; a training step uses some hundreds. */
const MAXIMUM_BIND_GROUPS = 16384;

/** Pipelines by kernel, bind groups by the buffers they bind, parameter buffers by content. */
export class PipelineCache {
  #compiled = new Map<Kernel, Compiled>();
  #bindGroups = new Map<string, GPUBindGroup>();
  #parameters = new Map<string, { id: number; buffer: GPUBuffer }>();

  constructor(readonly gpu: GPUDevice) {}

  prepare(command: Command): Dispatch {
    const { kernel, operands, groups } = command;
    const { id, pipeline, layout } = this.#compile(kernel);
    const values = this.#parameterBuffer(command);
    let key = `${id}`;
    for (const { storage, offset, size } of operands) key += `,${storage.id}:${offset}:${size}`;
    if (values) key += `;${values.id}`;
    let bindGroup = this.#bindGroups.get(key);
    if (!bindGroup) {
      const resources = operands.map(({ storage: { buffer }, offset, size }) => ({
        buffer,
        offset,
        size,
      }));
      if (values) resources.push({ buffer: values.buffer, offset: 0, size: values.buffer.size });
      bindGroup = this.gpu.createBindGroup({
        label: kernel.name,
        layout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      });
      if (this.#bindGroups.size >= MAXIMUM_BIND_GROUPS) this.#bindGroups.clear();
      this.#bindGroups.set(key, bindGroup);
    }
    return { command, pipeline, bindGroup, groups };
  }

  #compile(kernel: Kernel): Compiled {
    let compiled = this.#compiled.get(kernel);
    if (!compiled) {
      const module = this.gpu.createShaderModule({ label: kernel.name, code: kernel.code });
      const pipeline = this.gpu.createComputePipeline({
        label: kernel.name,
        layout: "auto",
        compute: { module, entryPoint: "main" },
      });
      compiled = { id: this.#compiled.size, pipeline, layout: pipeline.getBindGroupLayout(0) };
      this.#compiled.set(kernel, compiled);
    }
    return compiled;
  }

  #parameterBuffer({ kernel, parameters }: Command) {
    if (parameters.length === 0) return null;
    const key = parameters.join();
    let known = this.#parameters.get(key);
    if (!known) {
      const buffer = this.gpu.createBuffer({
        label: `${kernel.name} parameters`,
        size: parameters.byteLength,
        usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
      });
      this.gpu.queue.writeBuffer(buffer, 0, parameters);
      known = { id: this.#parameters.size, buffer };
      this.#parameters.set(key, known);
    }
    return known;
  }
}
