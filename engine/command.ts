import type { AnyKernel, Binding } from "./kernel.ts";
import type { TensorStorage } from "./pool.ts";
import { type Groups, Tensor, type TensorPart } from "./tensor.ts";

/** The part of a buffer that a kernel binds, in bytes. */
export interface Operand {
  /** What it lies in. */
  readonly storage: TensorStorage;
  /** From the storage's beginning. */
  readonly offset: number;
  /** Whole vectors. */
  readonly size: number;
}

/** A kernel on its operands: all that a launch means, before a GPU object is made of it. */
export interface Command {
  /** What is run. */
  readonly kernel: AnyKernel;
  /** In the order of `kernel.bindings`. */
  readonly operands: readonly Operand[];
  /** Content of the kernel's parameter struct, whole vectors; empty where it has none. */
  readonly parameters: Uint32Array<ArrayBuffer>;
  /** How many workgroups. */
  readonly groups: Groups;
  /** Arithmetic operations, a multiply-add counting two; 0 where nobody counts them. */
  readonly flops: number;
}

/**
 * Puts a launch together from tensors and numbers by the names that the kernel's definition uses.
 * @throws TypeError when one is missing, which types allow only for names made up at run time.
 */
export function commandOf(
  kernel: AnyKernel,
  bindings: Readonly<Record<string, Tensor | TensorPart | null>>,
  parameters: Readonly<Record<string, number>>,
  groups: Groups,
  flops: number,
): Command {
  const operands = kernel.bindings.map((binding) =>
    operandOf(kernel, binding, bindings[binding.name])
  );
  return { kernel, operands, parameters: packParameters(kernel, parameters), groups, flops };
}

function operandOf(
  kernel: AnyKernel,
  { name, vectors }: Binding,
  bound: Tensor | TensorPart | null | undefined,
): Operand {
  if (!bound) throw new TypeError(`${kernel.name}: binding ${name} is missing`);
  const { tensor, offset } = bound instanceof Tensor ? { tensor: bound, offset: 0 } : bound;
  // Rounded up to whole vectors, which buffers always hold.
  const size = 16 * (vectors ?? Math.ceil((tensor.size - offset) / 4));
  return { storage: tensor.storage, offset: offset * 4, size };
}

function packParameters(
  { name: kernel, sizes, scalars }: AnyKernel,
  parameters: Readonly<Record<string, number>>,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil((sizes.length + scalars.length) / 4) * 4);
  const floats = new Float32Array(words.buffer);
  const valueOf = (name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new TypeError(`${kernel}: parameter ${name} is missing`);
    return value;
  };
  sizes.forEach((name, i) => words[i] = valueOf(name));
  scalars.forEach((name, i) => floats[sizes.length + i] = valueOf(name));
  return words;
}
