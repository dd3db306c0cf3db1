import type { Kernel } from "./kernel.ts";
import type { Storage } from "./pool.ts";
import { Tensor, type Window } from "./tensor.ts";

export type Groups = readonly [x: number, y: number, z: number];

/** The part of a buffer that a kernel binds, in bytes. */
export interface Operand {
  readonly storage: Storage;
  readonly offset: number;
  readonly size: number;
}

/** A kernel on its operands: all that a launch means, before a GPU object is made of it. */
export interface Command {
  readonly kernel: Kernel;
  /** In the order of `kernel.bindings`. */
  readonly operands: readonly Operand[];
  /** The storages among the operands that the kernel writes. */
  readonly written: readonly Storage[];
  /** Content of the kernel's parameter struct, whole vectors; empty where it has none. */
  readonly parameters: Uint32Array<ArrayBuffer>;
  readonly groups: Groups;
  /** Arithmetic operations, a multiply-add counting two; 0 where nobody counts them. */
  readonly flops: number;
}

/**
 * Puts a launch together from tensors and numbers by the names that the kernel's definition uses.
 * @throws TypeError when one is missing.
 */
export function commandOf(
  kernel: Kernel,
  bindings: Readonly<Record<string, Tensor | Window>>,
  parameters: Readonly<Record<string, number>>,
  groups: Groups,
  flops: number,
): Command {
  const operands = kernel.bindings.map((name) => operandOf(kernel, name, bindings[name]));
  const { write = [], writeWords = [] } = kernel.definition;
  const written = [...write, ...writeWords].map((name) =>
    operands[kernel.bindings.indexOf(name)].storage
  );
  return {
    kernel,
    operands,
    written,
    parameters: packParameters(kernel, parameters),
    groups,
    flops,
  };
}

function operandOf(kernel: Kernel, name: string, bound: Tensor | Window | undefined): Operand {
  if (!bound) throw new TypeError(`${kernel.name}: binding ${name} is missing`);
  const length = kernel.definition.windows?.[name];
  const { tensor, offset } = bound instanceof Tensor ? { tensor: bound, offset: 0 } : bound;
  // Rounded up to whole vectors, which buffers always hold.
  const size = length === undefined ? Math.ceil(tensor.size / 4) * 16 : length * 16;
  return { storage: tensor.storage, offset: offset * 4, size };
}

function packParameters(
  kernel: Kernel,
  parameters: Readonly<Record<string, number>>,
): Uint32Array<ArrayBuffer> {
  const { sizes = [], scalars = [] } = kernel.definition;
  const words = new Uint32Array(Math.ceil((sizes.length + scalars.length) / 4) * 4);
  const floats = new Float32Array(words.buffer);
  const valueOf = (name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new TypeError(`${kernel.name}: parameter ${name} is missing`);
    return value;
  };
  sizes.forEach((name, i) => words[i] = valueOf(name));
  scalars.forEach((name, i) => floats[sizes.length + i] = valueOf(name));
  return words;
}
