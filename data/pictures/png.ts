import { Buffer } from "node:buffer";
import { crc32, inflateSync } from "node:zlib";
// @ts-types="@types/pngjs"
import { PNG } from "pngjs";
import type { Size } from "../../pose/types.ts";
import type { Picture } from "../types.ts";
import { overWhite } from "./rgba.ts";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function isPng(bytes: Uint8Array): boolean {
  return signature.equals(bytes.subarray(0, signature.length));
}

/** What a PNG's first chunk says. */
export interface PngHeader extends Size {
  /** Bits of a channel. */
  readonly depth: number;
  readonly channels: number;
  readonly hasPalette: boolean;
  readonly interlaced: boolean;
}

/** Reads the header chunk (PNG, third edition, 11.2.1). @throws Error where there is none. */
export function pngHeader(bytes: Uint8Array): PngHeader {
  const [first] = chunks(bytes);
  if (first?.type !== "IHDR" || first.data.length !== 13) {
    throw new Error("the PNG has no header; replace the file");
  }
  const { data } = first;
  const [depth, colourType, , , interlaced] = data.subarray(8);
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType] ?? NaN;
  return {
    width: data.readUInt32BE(0),
    height: data.readUInt32BE(4),
    depth,
    channels,
    hasPalette: colourType === 3,
    interlaced: interlaced === 1,
  };
}

/**
 * Decodes a PNG of any colour type and depth; what is transparent is laid over white.
 * @throws Error where it is damaged.
 */
export async function decodePng(bytes: Uint8Array): Promise<Picture> {
  try {
    if (isPlain(bytes)) return await decodePlain(bytes);
    requireAllRows(bytes);
    return overWhite(PNG.sync.read(view(bytes)));
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`the PNG is damaged (${reason}); replace the file`, { cause: error });
  }
}

/** Bytes of memory that decoding takes, roughly: pngjs holds the rows three times and the pixels with transparency. */
export function pngMemory(bytes: Uint8Array): number {
  const header = pngHeader(bytes);
  const pixels = header.width * header.height;
  return isPlain(bytes) ? 3 * pixels : 3 * rowBytes(header) + 11 * pixels;
}

/** Whether its pixels stand for themselves in whole bytes, row by row: those are decoded without holding their rows. */
function isPlain(bytes: Uint8Array): boolean {
  const { depth, channels, hasPalette, interlaced } = pngHeader(bytes);
  const isTransparent = () => chunks(bytes).some(({ type }) => type === "tRNS");
  return depth >= 8 && channels >= 1 && !hasPalette && !interlaced && !isTransparent();
}

async function decodePlain(bytes: Uint8Array): Promise<Picture> {
  const header = pngHeader(bytes);
  const { width, height, depth, channels } = header;
  const pixels = new Uint8Array(width * height * 3);
  const step = depth / 8 * channels, length = 1 + width * step;
  let [row, above] = [new Uint8Array(length), new Uint8Array(length)];
  let filled = 0, y = 0;
  for await (const chunk of inflated(wholeChunks(bytes))) {
    for (let at = 0; at < chunk.length;) {
      if (y === height) throw new Error("more bytes of pixels than it should have");
      const some = chunk.subarray(at, at + length - filled);
      row.set(some, filled);
      at += some.length;
      filled += some.length;
      if (filled < length) break;
      unfilter(row, above, step);
      writeRow(pixels, y++ * width * 3, row, header);
      [row, above, filled] = [above, row, 0];
    }
  }
  if (y < height) throw new Error(`${y} of ${height} rows`);
  return { width, height, pixels };
}

/** Undoes a row's filter (9.2), which its first byte names; `step` bytes make a pixel. */
function unfilter(row: Uint8Array, above: Uint8Array, step: number): void {
  const filter = row[0];
  if (filter > 4) throw new Error("a row has an unknown filter");
  if (filter === 2) {
    for (let i = 1; i < row.length; i++) row[i] += above[i];
    return;
  }
  for (let i = 1; i < row.length && filter > 0; i++) {
    const a = i > step ? row[i - step] : 0, b = above[i], c = i > step ? above[i - step] : 0;
    if (filter === 1) row[i] += a;
    else if (filter === 3) row[i] += (a + b) >> 1;
    else row[i] += paeth(a, b, c);
  }
}

/** Whichever of left, above and above left is nearest to left + above - above left (9.4). */
function paeth(a: number, b: number, c: number): number {
  const toA = Math.abs(b - c), toB = Math.abs(a - c), toC = Math.abs(a + b - 2 * c);
  return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
}

/** Writes an unfiltered row's colours over white, as 8 bits. */
function writeRow(
  pixels: Uint8Array,
  to: number,
  row: Uint8Array,
  { width, depth, channels }: PngHeader,
): void {
  const values = depth === 8 ? row.subarray(1) : eightBits(row);
  if (channels === 3) return pixels.set(values, to);
  const isGrey = channels < 3, hasAlpha = channels % 2 === 0;
  for (let x = 0, from = 0; x < width; x++, from += channels, to += 3) {
    const alpha = hasAlpha ? values[from + channels - 1] / 255 : 1;
    for (let channel = 0; channel < 3; channel++) {
      const colour = values[from + (isGrey ? 0 : channel)];
      pixels[to + channel] = alpha === 1 ? colour : Math.round(255 + (colour - 255) * alpha);
    }
  }
}

function eightBits(row: Uint8Array): Uint8Array {
  const values = new Uint8Array((row.length - 1) / 2);
  for (let i = 0; i < values.length; i++) {
    values[i] = Math.round((row[1 + 2 * i] * 256 + row[2 + 2 * i]) / 257);
  }
  return values;
}

/** Compressed bytes that are given to the decompressor at a time: some 4 MB come out at most. */
const SLICE = 4096;

async function* inflated(all: readonly Chunk[]): AsyncGenerator<Uint8Array> {
  const slices = function* () {
    for (const { type, data } of all) {
      if (type !== "IDAT") continue;
      for (let at = 0; at < data.length; at += SLICE) {
        yield new Uint8Array(data.subarray(at, at + SLICE));
      }
    }
  };
  yield* ReadableStream.from(slices()).pipeThrough(new DecompressionStream("deflate"));
}

/** All chunks. @throws Error where one is damaged, the file ends early, or it has two headers. */
function wholeChunks(bytes: Uint8Array): Chunk[] {
  const all = [...chunks(bytes)];
  if (all.at(-1)?.type !== "IEND") throw new Error("it ends early");
  if (all.filter(({ type }) => type === "IHDR").length > 1) throw new Error("it has two headers");
  const broken = all.find(({ checked, checksum }) => crc32(checked) !== checksum);
  if (broken) throw new Error(`the checksum of its ${broken.type} is wrong`);
  return all;
}

/** Encodes an 8-bit RGB PNG. The same picture gives the same bytes. */
export function encodePng({ width, height, pixels }: Picture): Uint8Array {
  const png = new PNG({ width, height });
  png.data = view(pixels);
  const options = { colorType: 2, inputColorType: 2, inputHasAlpha: false } as const;
  return new Uint8Array(PNG.sync.write(png, options));
}

/**
 * @throws Error unless the compressed rows are just as long as the header says: pngjs does not
 * look, so it would show chance memory for missing rows, and unpack any amount of interlaced ones.
 */
function requireAllRows(bytes: Uint8Array): void {
  const all = [...chunks(bytes)];
  if (all.filter((chunk) => chunk.type === "IHDR").length > 1) {
    throw new Error("it has two headers");
  }
  const compressed = all.filter((chunk) => chunk.type === "IDAT").map((chunk) => chunk.data);
  const length = rowBytes(pngHeader(bytes));
  const rows = inflateSync(Buffer.concat(compressed), { maxOutputLength: length });
  if (rows.length < length) throw new Error(`${rows.length} of ${length} bytes of pixels`);
}

/** First column and row of each pass of an interlaced PNG, and the steps between them (8.1). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Bytes of all rows before compression; each row begins with a byte that names its filter. */
function rowBytes({ width, height, depth, channels, interlaced }: PngHeader): number {
  const passes = interlaced ? adam7 : [[0, 0, 1, 1]];
  return passes.reduce((sum, [left, top, stepX, stepY]) => {
    const columns = Math.ceil((width - left) / stepX), rows = Math.ceil((height - top) / stepY);
    return columns > 0 && rows > 0
      ? sum + rows * (1 + Math.ceil(columns * depth * channels / 8))
      : sum;
  }, 0);
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** What the checksum is of. */
  readonly checked: Buffer;
  readonly checksum: number;
}

/** The whole chunks of a file, as views of it. */
function* chunks(bytes: Uint8Array): Generator<Chunk> {
  const file = view(bytes);
  for (let at = signature.length; at + 12 <= file.length;) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length) return;
    yield {
      type: file.toString("latin1", at + 4, at + 8),
      data: file.subarray(at + 8, end),
      checked: file.subarray(at + 4, end),
      checksum: file.readUInt32BE(end),
    };
    at = end + 4;
  }
}

/** The same memory as the kind of array that pngjs works on. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
