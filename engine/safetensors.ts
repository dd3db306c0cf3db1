/**
 * The safetensors file format (https://huggingface.co/docs/safetensors): 8 bytes of header length N (little endian),
 * N bytes of JSON `{"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {...}}`, then the data,
 * whose offsets count from the end of the header and cover it without holes.
 */

/** One tensor as the file holds it: little-endian, row-major bytes. */
export interface StoredTensor {
  /** F32, F16, ... */
  readonly dtype: string;
  /** Lengths of its axes, the last the fastest. */
  readonly shape: readonly number[];
  /** Its values, little-endian. */
  readonly data: Uint8Array;
}

/** Where one tensor lies: its bytes are [begin, end) of the whole file. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A file's table of contents; `fileSize` is the length in bytes that the whole file must have. */
export interface SafetensorsHeader {
  readonly metadata: Record<string, string>;
  readonly entries: Map<string, TensorEntry>;
  readonly fileSize: number;
}

const elementBytes: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};
const LENGTH_BYTES = 8;
const LARGEST_HEADER = 100_000_000; // the limit of the format's own reader
const ALIGNMENT = 8;

/**
 * Reads a whole file held in memory. The tensors' `data` are views of `bytes`, not copies.
 * @throws Error that says what is wrong with a file that is cut short, damaged or something else.
 */
export function parseSafetensors(
  bytes: Uint8Array,
): { metadata: Record<string, string>; tensors: Map<string, StoredTensor> } {
  const { metadata, entries, fileSize } = parseSafetensorsHeader(bytes);
  if (bytes.length !== fileSize) {
    const wrong = bytes.length < fileSize
      ? "is cut short: copy or download it again"
      : "goes on too long";
    throw new Error(
      `safetensors: the file has ${bytes.length} bytes but its header describes ${fileSize}; it ${wrong}`,
    );
  }
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    tensors.set(name, { dtype, shape, data: bytes.subarray(begin, end) });
  }
  return { metadata, tensors };
}

/**
 * Where the data begins (8 + header length), from the first 8 bytes of a file: how much to fetch before
 * `parseSafetensorsHeader` can run.
 * @throws Error when no safetensors file begins with these bytes.
 */
export function safetensorsDataStart(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new Error(
      `safetensors: the file has ${bytes.length} bytes, too few even for the header's length; it is cut short or not safetensors`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(LARGEST_HEADER)) {
    throw new Error(
      `safetensors: the header claims ${length} bytes (at most ${LARGEST_HEADER}); this is not a safetensors file`,
    );
  }
  return LENGTH_BYTES + Number(length);
}

/**
 * Reads the table of contents from the first bytes of a file (at least `safetensorsDataStart` of them).
 * @throws Error that names the tensor and the rule that a wrong header breaks.
 */
export function parseSafetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  const dataStart = safetensorsDataStart(bytes);
  if (bytes.length < dataStart) {
    throw new Error(
      `safetensors: the file ends inside its header (${bytes.length} of ${dataStart} bytes): copy or download it again`,
    );
  }
  const { __metadata__: metadata, ...table } = parseJsonObject(
    bytes.subarray(LENGTH_BYTES, dataStart),
  );
  const entries = new Map<string, TensorEntry>();
  for (const [name, fields] of Object.entries(table)) {
    entries.set(name, parseEntry(name, fields, dataStart));
  }
  return {
    metadata: parseMetadata(metadata),
    entries,
    fileSize: checkNoHoles(entries, dataStart),
  };
}

/**
 * Writes a file. The same tensors and metadata give the same bytes whatever their order: the data goes by element size
 * (wide ones first, so that each tensor is aligned to its element) and then by name.
 * @throws TypeError when a tensor's bytes do not fit its dtype and shape.
 */
export function serializeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(([nameA, a], [nameB, b]) =>
    elementBytes[b.dtype] - elementBytes[a.dtype] || (nameA < nameB ? -1 : 1)
  );
  const sortedMetadata = Object.fromEntries(
    Object.entries(metadata).sort(([a], [b]) => a < b ? -1 : 1),
  );
  const header: [string, unknown][] = [["__metadata__", sortedMetadata]];
  let dataBytes = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    const expected = byteLength(name, dtype, shape);
    if (data.length !== expected) {
      throw new TypeError(
        `safetensors: "${name}" ${dtype} [${shape}] takes ${expected} bytes but has ${data.length}`,
      );
    }
    header.push([name, { dtype, shape, data_offsets: [dataBytes, dataBytes + expected] }]);
    dataBytes += expected;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const dataStart = Math.ceil((LENGTH_BYTES + json.length) / ALIGNMENT) * ALIGNMENT;

  const file = new Uint8Array(dataStart + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - LENGTH_BYTES), true);
  file.fill(0x20, LENGTH_BYTES, dataStart); // the format pads its header with spaces
  file.set(json, LENGTH_BYTES);
  let offset = dataStart;
  for (const [, { data }] of ordered) {
    file.set(data, offset);
    offset += data.length;
  }
  return file;
}

/**
 * A tensor's values as float32, in row-major order. F32 data is viewed where its alignment allows, not copied; F64, F16,
 * BF16 and I32 are converted.
 * @throws TypeError for other dtypes.
 */
export function float32({ dtype, data }: StoredTensor): Float32Array {
  const count = data.length / elementBytes[dtype];
  if (dtype === "F32" && data.byteOffset % 4 === 0) {
    return new Float32Array(data.buffer, data.byteOffset, count);
  }
  const read = readers[dtype];
  if (read === undefined) {
    throw new TypeError(
      `safetensors: can't read ${dtype} as float32 (only ${
        Object.keys(readers).join(", ")
      }); convert the file first`,
    );
  }
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Float32Array.from({ length: count }, (_, i) => read(view, i * elementBytes[dtype]));
}

/** `values` as a stored F32 tensor of the given shape, sharing their memory. */
export function storedFloat32(values: Float32Array, shape: readonly number[]): StoredTensor {
  return {
    dtype: "F32",
    shape,
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

const bits = new DataView(new ArrayBuffer(4));
const readers: Readonly<Record<string, (view: DataView, offset: number) => number>> = {
  F64: (view, offset) => view.getFloat64(offset, true),
  F32: (view, offset) => view.getFloat32(offset, true),
  F16: (view, offset) => view.getFloat16(offset, true),
  BF16: (view, offset) => { // the upper half of a float32
    bits.setUint32(0, view.getUint16(offset, true) << 16);
    return bits.getFloat32(0);
  },
  I32: (view, offset) => view.getInt32(offset, true),
};

function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new Error("safetensors: the header is not JSON; the file is damaged or not safetensors");
  }
  if (!isObject(value)) {
    throw new Error("safetensors: the header is not a JSON object; this is not a safetensors file");
  }
  refuseDuplicateNames(text);
  return value;
}

/** JSON.parse keeps the last of two equal keys without a word, so the keys are looked at in the text. */
function refuseDuplicateNames(json: string) {
  const names = new Set<string>();
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    if (json[at] === "{") depth++;
    else if (json[at] === "}") depth--;
    else if (json[at] === '"') {
      const begin = at++;
      for (; json[at] !== '"'; at++) if (json[at] === "\\") at++;
      if (depth !== 1 || !isBeforeColon(json, at + 1)) continue;
      const key = json.slice(begin, at + 1);
      const name: string = JSON.parse(key);
      if (names.has(name)) {
        throw new Error(`safetensors: the header names ${key} twice; write the file anew`);
      }
      names.add(name);
    }
  }
}

function isBeforeColon(json: string, at: number): boolean {
  while (" \t\r\n".includes(json[at])) at++;
  return json[at] === ":";
}

function parseMetadata(value: unknown): Record<string, string> {
  const metadata = value ?? {};
  if (!isObject(metadata) || Object.values(metadata).some((text) => typeof text !== "string")) {
    throw new Error("safetensors: __metadata__ must map names to strings; write the file anew");
  }
  return metadata as Record<string, string>;
}

function parseEntry(name: string, fields: unknown, dataStart: number): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isObject(fields) ? fields : {};
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new Error(
      `safetensors: "${name}" must have a dtype, a shape and two data_offsets (whole numbers >= 0); write the file anew`,
    );
  }
  const [begin, end] = offsets;
  const expected = byteLength(name, dtype, shape);
  if (end - begin !== expected) {
    throw new Error(
      `safetensors: "${name}" ${dtype} [${shape}] takes ${expected} bytes but its offsets ${begin}..${end} hold ${
        end - begin
      }; the file is damaged`,
    );
  }
  return { dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function byteLength(name: string, dtype: string, shape: readonly number[]): number {
  const bytes = Object.hasOwn(elementBytes, dtype)
    ? shape.reduce((product, size) => product * size, elementBytes[dtype])
    : undefined;
  if (bytes === undefined) {
    throw new TypeError(
      `safetensors: "${name}" has the unknown dtype ${JSON.stringify(dtype)} (known: ${
        Object.keys(elementBytes).join(", ")
      })`,
    );
  }
  if (!Number.isSafeInteger(bytes)) {
    throw new RangeError(`safetensors: "${name}" [${shape}] is larger than any file`);
  }
  return bytes;
}

/** The file size, once the tensors are known to lie end to end. */
function checkNoHoles(entries: ReadonlyMap<string, TensorEntry>, dataStart: number): number {
  const ordered = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let position = dataStart;
  for (const [name, { begin, end }] of ordered) {
    if (begin !== position) {
      const wrong = begin < position ? "overlaps the tensor before it" : "leaves a hole before it";
      throw new Error(`safetensors: "${name}" ${wrong}; the file is damaged`);
    }
    position = end;
  }
  return position;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
