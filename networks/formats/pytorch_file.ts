/**
 * Networks' weights as `torch.save(network.state_dict(), path)` writes them: a dictionary of tensors by name. Since
 * PyTorch 1.6 the file is a zip with the pickled dictionary in `NAME/data.pkl` and each storage's bytes in
 * `NAME/data/KEY`; before, pickles came one after the other (magic number, protocol, system, dictionary, keys of
 * storages), then for each key a 64-bit count and the storage's bytes.
 */
import type { StoredTensor } from "../../engine/safetensors.ts";
import { parsePickle } from "./pickle.ts";
import { storedFiles } from "./stored_zip.ts";

interface StorageType {
  readonly dtype: string;
  /** Of a value. */
  readonly bytes: number;
}

/** What tensors are views of. */
interface TensorStorage extends StorageType {
  /** Values. */
  readonly length: number;
  readonly read: () => Uint8Array;
}

const storageTypes: Readonly<Record<string, StorageType>> = {
  "torch DoubleStorage": { dtype: "F64", bytes: 8 },
  "torch FloatStorage": { dtype: "F32", bytes: 4 },
  "torch HalfStorage": { dtype: "F16", bytes: 2 },
  "torch BFloat16Storage": { dtype: "BF16", bytes: 2 },
  "torch LongStorage": { dtype: "I64", bytes: 8 },
  "torch IntStorage": { dtype: "I32", bytes: 4 },
  "torch ShortStorage": { dtype: "I16", bytes: 2 },
  "torch CharStorage": { dtype: "I8", bytes: 1 },
  "torch ByteStorage": { dtype: "U8", bytes: 1 },
  "torch BoolStorage": { dtype: "BOOL", bytes: 1 },
};

/** All that a dictionary of tensors names. */
const names: Readonly<Record<string, unknown>> = {
  ...storageTypes,
  "collections OrderedDict": (pairs: unknown) =>
    new Map(Array.isArray(pairs) ? pairs.filter(isPair) : []),
  "torch._utils _rebuild_tensor": tensorOf,
  "torch._utils _rebuild_tensor_v2": tensorOf,
  "torch._utils _rebuild_parameter": (tensor: unknown) => tensor,
  "torch.nn.parameter Parameter": (tensor: unknown) => tensor,
};

/** The magic number that begins files of before PyTorch 1.6, after the codes of its pickle. */
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
const ZIP = [0x50, 0x4b, 3, 4];

const begins = (bytes: Uint8Array, magic: readonly number[]) =>
  magic.every((byte, i) => bytes[i] === byte);

/** Whether a file held in memory begins as PyTorch's do. */
export function isPyTorchFile(bytes: Uint8Array): boolean {
  return begins(bytes, ZIP) || begins(bytes, MAGIC);
}

/**
 * The tensors of a file held in memory, by name. Their `data` are read when asked for.
 * @throws Error where the file is cut short, damaged, or holds something else than tensors by name.
 */
export function parsePyTorchFile(bytes: Uint8Array): Map<string, StoredTensor> {
  const root = begins(bytes, ZIP) ? readZip(bytes) : readPickles(bytes);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of root instanceof Map ? root : []) {
    if (typeof name === "string" && value instanceof StridedTensor) tensors.set(name, value);
  }
  if (tensors.size === 0) {
    throw new Error("the file holds no tensors by name; save the network's state_dict() alone");
  }
  return tensors;
}

function readZip(bytes: Uint8Array): unknown {
  const files = storedFiles(bytes);
  const main = [...files].find(([name]) => /^[^/]*\/data\.pkl$/.test(name));
  if (!main) throw new Error("the zip has no data.pkl: it is not PyTorch's");
  const [name, pickle] = main;
  const folder = name.slice(0, -"data.pkl".length);
  return parsePickle(pickle, 0, {
    names,
    persistent(id) {
      const { type, key, length } = storageId(id);
      const name = `${folder}data/${key}`;
      const data = files.get(name);
      if (data?.length !== length * type.bytes) {
        throw new Error(`the zip's ${name} is not of ${length} values; get the file again`);
      }
      return { ...type, length, read: () => data };
    },
  }).value;
}

function readPickles(bytes: Uint8Array): unknown {
  const storages = new Map<string, TensorStorage>();
  const places = new Map<string, Uint8Array>();
  const context = {
    names,
    persistent(id: unknown) {
      const { type, key, length } = storageId(id);
      const known = storages.get(key);
      const read = () => places.get(key) ?? new Uint8Array();
      const storage = known ?? { ...type, length, read };
      storages.set(key, storage);
      return storage;
    },
  };
  let position = 0;
  const next = () => {
    const { value, end } = parsePickle(bytes, position, context);
    position = end;
    return value;
  };
  const [, , , root, keys] = Array.from({ length: 5 }, next);
  for (const key of Array.isArray(keys) ? keys : []) {
    const { length, bytes: size } = storages.get(key) ?? { length: 0, bytes: 1 };
    const begin = position + 8;
    position = begin + length * size;
    places.set(key, bytes.subarray(begin, position));
  }
  if (position !== bytes.length || places.size < storages.size) {
    throw new Error(`the file has ${bytes.length} bytes but must have ${position}; get it again`);
  }
  return root;
}

/** What a pickle says of a storage: ("storage", type, key, device, number of values). */
function storageId(id: unknown): { type: StorageType; key: string; length: number } {
  const [kind, type, key, , length, view = null] = Array.isArray(id) ? id : [];
  const known = Object.values(storageTypes).find((known) => known === type);
  if (kind !== "storage" || !known || typeof key !== "string" || !isSize(length) || view !== null) {
    throw new Error("the file keeps its tensors in a way that is not read here; save it anew");
  }
  return { type: known, key, length };
}

function tensorOf(
  storage: unknown,
  offset: unknown,
  shape: unknown,
  strides: unknown,
): StridedTensor {
  const fits = isStorage(storage) && isSize(offset) && isSizes(shape) && isSizes(strides) &&
    shape.length === strides.length;
  if (!fits) throw new Error("a tensor of the file is damaged; get the file again");
  return new StridedTensor(storage, offset, shape, strides);
}

const isStorage = (value: unknown): value is TensorStorage =>
  typeof value === "object" && value !== null && "read" in value;

const isPair = (value: unknown): value is [unknown, unknown] => Array.isArray(value);

const isSize = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize);

/** Values of a storage from `offset` on, so many values apart along each axis. */
class StridedTensor implements StoredTensor {
  readonly dtype: string;
  readonly #size: number;

  constructor(
    readonly storage: TensorStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {
    this.dtype = storage.dtype;
    this.#size = shape.reduce((product, length) => product * length, 1);
    const last = shape.reduce((at, length, axis) => at + (length - 1) * strides[axis], offset);
    if (this.#size > storage.length || (this.#size > 0 && last >= storage.length)) {
      throw new Error(`a tensor [${shape}] of the file is larger than its storage; get it again`);
    }
  }

  get data(): Uint8Array {
    const { bytes } = this.storage;
    const from = this.storage.read();
    const rowMajor = this.shape.map((_, axis) =>
      this.shape.slice(axis + 1).reduce((product, length) => product * length, 1)
    );
    if (this.shape.every((length, axis) => length === 1 || this.strides[axis] === rowMajor[axis])) {
      return from.subarray(this.offset * bytes, (this.offset + this.#size) * bytes);
    }
    const data = new Uint8Array(this.#size * bytes);
    for (let i = 0; i < this.#size; i++) {
      const at = this.shape.reduce(
        (at, length, axis) => at + Math.floor(i / rowMajor[axis]) % length * this.strides[axis],
        this.offset,
      );
      data.set(from.subarray(at * bytes, (at + 1) * bytes), i * bytes);
    }
    return data;
  }
}
