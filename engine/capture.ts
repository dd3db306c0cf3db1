import { planBuffers } from "./buffer_plan.ts";
import type { Command } from "./command.ts";
import type { BufferPool, TensorStorage } from "./pool.ts";
import type { Tensor } from "./tensor.ts";

/**
 * A storage that gets its buffer when all uses of it are known, or a place in another such; until then it only has a
 * size.
 */
class PlannedStorage implements TensorStorage {
  whole: TensorStorage = this;
  offset = 0;
  #place: TensorStorage | null = null;

  constructor(readonly bytes: number) {}

  get id(): number {
    return this.#placed().id;
  }

  get buffer(): GPUBuffer {
    return this.#placed().buffer;
  }

  /** Lays it into a part of another planned storage. */
  layInto({ whole, offset }: TensorStorage): void {
    this.whole = whole;
    this.offset = offset;
  }

  placeIn(storage: TensorStorage): void {
    this.#place = storage;
  }

  #placed(): TensorStorage {
    if (this.whole !== this) return this.whole;
    if (!this.#place) throw new Error("a tensor of a captured step has no values before its end");
    return this.#place;
  }
}

/** Collects the commands and storages of a step while it is traced. */
export class Capture {
  readonly commands: Command[] = [];
  readonly #derived = new Map<TensorStorage, Map<string, Tensor>>();
  readonly #storages = new Set<PlannedStorage>();
  /** Those that some command reads. */
  readonly #read = new Set<TensorStorage>();

  push(command: Command): void {
    this.commands.push(command);
    command.kernel.bindings.forEach(({ written }, i) => {
      const { whole } = command.operands[i].storage;
      if (!written) this.#read.add(whole);
      else {
        for (const source of this.#derived.keys()) {
          if (source.whole === whole) this.#derived.delete(source);
        }
      }
    });
  }

  /**
   * Lets a tensor of the step lie in a part of another, unless some command has read it, as a GPU refuses to read and
   * write one buffer in one command. Returns whether it does.
   */
  lay({ storage }: Tensor, { storage: part }: Tensor): boolean {
    if (!(storage instanceof PlannedStorage)) return false;
    if (!this.#storages.has(storage) || this.#read.has(storage)) return false;
    storage.layInto(part);
    this.#storages.delete(storage);
    return true;
  }

  /** The result of `make`, or the one that it gave under this name since `source` was last written. */
  derived(source: Tensor, name: string, make: () => Tensor): Tensor {
    const known = this.#derived.get(source.storage) ?? new Map<string, Tensor>();
    this.#derived.set(source.storage, known);
    const result = known.get(name) ?? make();
    known.set(name, result);
    return result;
  }

  storage(bytes: number): TensorStorage {
    const storage = new PlannedStorage(bytes);
    this.#storages.add(storage);
    return storage;
  }

  /**
   * Gives every storage its place among as few bytes of `pool` as the commands' order allows; `kept`
   * stay untouched until the end. Returns the buffers, which belong to the step.
   */
  place(pool: BufferPool, kept: ReadonlySet<TensorStorage>): TensorStorage[] {
    const storages = [...this.#storages];
    const uses = new Map(
      storages.map((storage) => [storage as TensorStorage, { first: 0, last: -1 }]),
    );
    this.commands.forEach(({ operands }, i) => {
      for (const { storage } of operands) {
        const use = uses.get(storage.whole);
        if (!use) continue;
        if (use.last < 0) use.first = i;
        use.last = i;
      }
    });
    const end = this.commands.length;
    const lifetimes = storages.map((storage) => {
      const { first, last } = uses.get(storage)!;
      return { bytes: storage.bytes, first, last: kept.has(storage) ? end : last };
    });
    const { slots, slotBytes } = planBuffers(lifetimes);
    const buffers = slotBytes.map((bytes) => pool.take(bytes));
    storages.forEach((storage, i) => storage.placeIn(buffers[slots[i]]));
    return buffers;
  }
}

/** A step that was traced once and runs as often as it is asked for. */
export interface CapturedStep<T> {
  /** What the traced function returned; its tensors hold the values of the last replay. */
  readonly result: T;
  /** What a replay launches, in order; none where steps run op by op. */
  readonly commands: readonly Command[];
  /** Bytes of the buffers that the step's own tensors share. */
  readonly bytes: number;
  /** Runs the step's commands once, in order, and submits them. Never waits. */
  replay(): void;
}
