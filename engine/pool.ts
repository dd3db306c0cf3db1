/** A pooled GPU buffer or a part of one, owned by one or several tensors that view the same values. */
export interface TensorStorage {
  /** Different for each buffer. */
  readonly id: number;
  /** What the values lie in. */
  readonly buffer: GPUBuffer;
  /** Where in the buffer they begin, in bytes. */
  readonly offset: number;
  /** Size class in bytes; of a part, its size. */
  readonly bytes: number;
  /** The storage of the whole buffer. */
  readonly whole: TensorStorage;
}

/** A part of a storage, whose values begin at an offset in bytes. */
export class StoragePart implements TensorStorage {
  readonly whole: TensorStorage;

  constructor(storage: TensorStorage, readonly offset: number, readonly bytes: number) {
    this.whole = storage.whole;
  }

  get id(): number {
    return this.whole.id;
  }

  get buffer(): GPUBuffer {
    return this.whole.buffer;
  }
}

const USAGE = () =>
  GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_SRC |
  GPUBufferUsage.COPY_DST;

/** Smallest buffer; also the alignment that a whole uniform window needs. */
const MINIMUM_BYTES = 256;

/**
 * Rounds up to a size class: four per power of two, so at most a quarter is wasted and buffers
 * of similar tensors are shared.
 */
export function sizeClass(bytes: number): number {
  if (bytes <= MINIMUM_BYTES) return MINIMUM_BYTES;
  const step = Math.max(MINIMUM_BYTES, 2 ** (Math.floor(Math.log2(bytes)) - 2));
  return Math.ceil(bytes / step) * step;
}

class PooledStorage implements TensorStorage {
  readonly offset = 0;
  readonly whole = this;

  constructor(readonly id: number, readonly buffer: GPUBuffer, readonly bytes: number) {}
}

/** Reuses GPU buffers by size class and counts what is alive. Queue order makes immediate reuse safe. */
export class BufferPool {
  #free = new Map<number, TensorStorage[]>();
  #scopes: Set<TensorStorage>[] = [];
  #nextId = 0;
  /** Bytes in use by tensors. */
  liveBytes = 0;
  /** High-water mark of `liveBytes`. */
  peakBytes = 0;
  /** Bytes of all buffers ever made: in use or waiting for reuse. */
  allocatedBytes = 0;

  /** Makes its buffers on a GPU. */
  constructor(readonly gpu: GPUDevice) {}

  /** A buffer of at least this size, used before where one waits; it belongs to the innermost scope. */
  allocate(bytes: number): TensorStorage {
    const size = sizeClass(bytes);
    const storage = this.#free.get(size)?.pop() ?? this.#create(size);
    this.liveBytes += size;
    this.peakBytes = Math.max(this.peakBytes, this.liveBytes);
    this.#scopes.at(-1)?.add(storage);
    return storage;
  }

  /** Gives a buffer back for reuse. */
  release(storage: TensorStorage): void {
    this.liveBytes -= storage.bytes;
    const waiting = this.#free.get(storage.bytes);
    if (waiting) waiting.push(storage);
    else this.#free.set(storage.bytes, [storage]);
  }

  /** A buffer of just this size, for one owner that keeps it. */
  take(bytes: number): TensorStorage {
    const storage = this.#create(Math.ceil(bytes / MINIMUM_BYTES) * MINIMUM_BYTES);
    this.liveBytes += storage.bytes;
    this.peakBytes = Math.max(this.peakBytes, this.liveBytes);
    return storage;
  }

  /** Begins to note what is allocated, until `closeScope`. */
  openScope(): Set<TensorStorage> {
    const made = new Set<TensorStorage>();
    this.#scopes.push(made);
    return made;
  }

  /** Releases what the scope made, but hands `kept` on to `heir`, or else to the scope around. */
  closeScope(
    made: Set<TensorStorage>,
    kept: ReadonlySet<TensorStorage>,
    heir?: Set<TensorStorage>,
  ): void {
    if (this.#scopes.pop() !== made) throw new Error("scopes closed out of order");
    heir ??= this.#scopes.at(-1);
    for (const storage of made) {
      if (kept.has(storage)) heir?.add(storage);
      else this.release(storage);
    }
  }

  #create(size: number): TensorStorage {
    this.allocatedBytes += size;
    const id = this.#nextId++;
    const buffer = this.gpu.createBuffer({ label: `pooled ${size} bytes`, size, usage: USAGE() });
    return new PooledStorage(id, buffer, size);
  }
}
