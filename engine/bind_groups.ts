import type { Command } from "./command.ts";
import { PARAMETER_BYTES } from "./kernel.ts";
import type { Pipelines } from "./pipelines.ts";

/** A command in the GPU's own objects: encoding it costs three calls. */
export interface Dispatch {
  readonly command: Command;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

/**
 * Up to a number of bind groups, equal ones once, whose parameters have their places in one buffer. A captured step
 * keeps its own, which stay as they are; those of all other launches begin anew where they are full.
 */
export class BindGroups {
  readonly #made = new Map<string, GPUBindGroup>();
  readonly #parameters: GPUBuffer;

  constructor(readonly pipelines: Pipelines, readonly most: number) {
    this.#parameters = pipelines.gpu.createBuffer({
      label: "parameters",
      size: Math.max(1, most) * PARAMETER_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  get isFull(): boolean {
    return this.#made.size === this.most;
  }

  /** Begins anew. What uses these bind groups must have been submitted, as its parameters will be overwritten. */
  clear(): void {
    this.#made.clear();
  }

  /** Call it when there is room. */
  dispatch(command: Command): Dispatch {
    const { kernel, operands, parameters } = command;
    const { id, pipeline, layout } = this.pipelines.compile(kernel);
    let key = `${id};${parameters}`;
    for (const { storage, offset, size } of operands) {
      key += `;${storage.id}:${storage.offset + offset}:${size}`;
    }
    let bindGroup = this.#made.get(key);
    if (!bindGroup) {
      bindGroup = this.#make(command, layout);
      this.#made.set(key, bindGroup);
    }
    return { command, pipeline, bindGroup };
  }

  #make({ kernel, operands, parameters }: Command, layout: GPUBindGroupLayout): GPUBindGroup {
    const { gpu } = this.pipelines;
    const resources = operands.map(({ storage, offset, size }) => ({
      buffer: storage.buffer,
      offset: storage.offset + offset,
      size,
    }));
    if (parameters.length > 0) {
      const place = { buffer: this.#parameters, offset: this.#made.size * PARAMETER_BYTES };
      gpu.queue.writeBuffer(place.buffer, place.offset, parameters);
      resources.push({ ...place, size: parameters.byteLength });
    }
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    return gpu.createBindGroup({ label: kernel.name, layout, entries });
  }
}
