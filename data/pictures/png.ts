import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
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
  readonly bitsPerPixel: number;
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
    bitsPerPixel: depth * channels,
    interlaced: interlaced === 1,
  };
}

/**
 * Decodes a PNG of any colour type and depth; what is transparent is laid over white.
 * @throws Error where it is damaged.
 */
export function decodePng(bytes: Uint8Array): Picture {
  return overWhite(readRgba(bytes));
}

/** Encodes an 8-bit RGB PNG. The same picture gives the same bytes. */
export function encodePng({ width, height, pixels }: Picture): Uint8Array {
  const png = new PNG({ width, height });
  png.data = view(pixels);
  const options = { colorType: 2, inputColorType: 2, inputHasAlpha: false } as const;
  return new Uint8Array(PNG.sync.write(png, options));
}

function readRgba(bytes: Uint8Array): PNG {
  try {
    requireAllRows(bytes);
    return PNG.sync.read(view(bytes));
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`the PNG is damaged (${reason}); replace the file`, { cause: error });
  }
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
function rowBytes({ width, height, bitsPerPixel, interlaced }: PngHeader): number {
  const passes = interlaced ? adam7 : [[0, 0, 1, 1]];
  return passes.reduce((sum, [left, top, stepX, stepY]) => {
    const columns = Math.ceil((width - left) / stepX), rows = Math.ceil((height - top) / stepY);
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil(columns * bitsPerPixel / 8)) : sum;
  }, 0);
}

/** The whole chunks of a file, as views of it. */
function* chunks(bytes: Uint8Array): Generator<{ type: string; data: Buffer }> {
  const file = view(bytes);
  for (let at = signature.length; at + 12 <= file.length;) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length) return;
    yield { type: file.toString("latin1", at + 4, at + 8), data: file.subarray(at + 8, end) };
    at = end + 4;
  }
}

/** The same memory as the kind of array that pngjs works on. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
