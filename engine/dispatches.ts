import type { Command } from "./command.ts";
import { PARAMETER_BYTES } from "./kernel.ts";
import type { Pipelines } from "./pipelines.ts";

/** A command in the GPU's own objects: encoding it costs three calls. */
export interface Dispatch {
  readonly command: Command;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

/** Launches whose bind groups are kept for the next time, before all are dropped; a training step has some hundreds. */
const MOST_KEPT = 4096;

/**
 * Makes dispatches of commands. Parameters lie in buffers of one place for each dispatch: those of a captured step in
 * one that it keeps, those of all other launches in one that the device has and uses again.
 */
export class Dispatches {
  readonly #kept = new Map<string, Dispatch>();
  readonly #parameters: GPUBuffer;

  /** @param flush submits what was encoded so far, before its parameters are overwritten */
  constructor(readonly gpu: GPUDevice, readonly pipelines: Pipelines, readonly flush: () => void) {
    this.#parameters = this.#parameterBuffer(MOST_KEPT);
  }

  /** The dispatch of a launch outside captured steps; valid until the next one is made. */
  ofLaunch(command: Command): Dispatch {
    const key = this.#keyOf(command);
    const known = this.#kept.get(key);
    if (known) return known;
    if (this.#kept.size === MOST_KEPT) {
      this.flush();
      this.#kept.clear();
    }
    const offset = this.#kept.size * PARAMETER_BYTES;
    const { parameters } = command;
    if (parameters.length > 0) this.gpu.queue.writeBuffer(this.#parameters, offset, parameters);
    const made = this.#make(command, this.#parameters, offset);
    this.#kept.set(key, made);
    return made;
  }

  /** The dispatches of a captured step, which run as often as it is replayed. */
  ofStep(commands: readonly Command[]): Dispatch[] {
    if (commands.length === 0) return [];
    const contents = new Uint32Array(commands.length * PARAMETER_BYTES / 4);
    commands.forEach(({ parameters }, i) => contents.set(parameters, i * PARAMETER_BYTES / 4));
    const buffer = this.#parameterBuffer(commands.length);
    this.gpu.queue.writeBuffer(buffer, 0, contents);
    return commands.map((command, i) => this.#make(command, buffer, i * PARAMETER_BYTES));
  }

  #keyOf({ kernel, operands, parameters }: Command): string {
    let key = `${this.pipelines.compile(kernel).id};${parameters}`;
    for (const { storage, offset, size } of operands) key += `;${storage.id}:${offset}:${size}`;
    return key;
  }

  #make(command: Command, buffer: GPUBuffer, offset: number): Dispatch {
    const { kernel, operands, parameters } = command;
    const { pipeline, layout } = this.pipelines.compile(kernel);
    const resources: GPUBufferBinding[] = operands.map(({ storage: { buffer }, offset, size }) => ({
      buffer,
      offset,
      size,
    }));
    if (parameters.length > 0) resources.push({ buffer, offset, size: parameters.byteLength });
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    const bindGroup = this.gpu.createBindGroup({ label: kernel.name, layout, entries });
    return { command, pipeline, bindGroup };
  }

  #parameterBuffer(places: number): GPUBuffer {
    return this.gpu.createBuffer({
      label: "parameters",
      size: places * PARAMETER_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }
}
