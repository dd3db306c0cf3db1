import { Buffer } from "node:buffer";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import type { Picture } from "../../data/types.ts";

/** A picture whose pixels all differ from their neighbours. */
export function patternPicture(width: number, height: number, seed = 0): Picture {
  const pixels = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * 37 + Math.floor(i / (width * 3)) * 11 + seed * 53) % 256,
  );
  return { width, height, pixels };
}

/** The largest difference of two lists of values of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference; // NaN too
  }
  return largest;
}

/** The colour of a pixel. */
export function pixel({ width, pixels }: Picture, x: number, y: number): number[] {
  return [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

/** Runs `use` with the path of a new folder, which is removed afterwards. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The texts of a folder's files, by name. */
export async function contents(folder: string): Promise<Record<string, string>> {
  const names = Deno.readDirSync(folder).filter(({ isFile }) => isFile).map(({ name }) => name);
  const texts = names.map(async (name) => [name, await Deno.readTextFile(join(folder, name))]);
  return Object.fromEntries(await Promise.all(texts));
}

export interface PngParts {
  width: number;
  height: number;
  depth: number;
  colourType: number;
  interlaced?: boolean;
  /** Chunks before the pixels. */
  chunks?: [type: string, data: number[]][];
  /** Filtered rows before compression. */
  rows: number[];
}

/** A PNG file put together by hand, so that any header and any colour type can be had. */
export function pngFile(parts: PngParts): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(parts.width, 0);
  header.writeUInt32BE(parts.height, 4);
  header.set([parts.depth, parts.colourType, 0, 0, parts.interlaced ? 1 : 0], 8);
  return new Uint8Array(Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...(parts.chunks ?? []).map(([type, data]) => chunk(type, Buffer.from(data))),
    chunk("IDAT", deflateSync(Buffer.from(parts.rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

/** 13x9 pixels, 4:2:0, and what libjpeg-turbo makes of columns 0, 6, 12 of rows 0, 4, 8. */
export const colourJpeg = bytes(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhl" +
    "bXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8" +
    "fHx8fHx8fHx8fHx8fHz/wAARCAAJAA0DASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABQT/xAAbEAABBQEBAAAAAAAA" +
    "AAAAAAAAAwQFIjIxQf/EABUBAQEAAAAAAAAAAAAAAAAAAAIE/8QAGBEAAwEBAAAAAAAAAAAAAAAAAAMEEQL/2gAMAwEAAhED" +
    "EQA/ADW8VyoqjFUyVN/BVHBOpvWgjrZh/9k=",
);
export const progressiveJpeg = bytes(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhl" +
    "bXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8" +
    "fHx8fHx8fHx8fHx8fHz/wgARCAAJAA0DASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABAP/xAAVAQEBAAAAAAAAAAAA" +
    "AAAAAAACA//aAAwDAQACEAMQAAABMqq5n//EABcQAQADAAAAAAAAAAAAAAAAAAABAgP/2gAIAQEAAQUCrkjJVD//xAAWEQEB" +
    "AQAAAAAAAAAAAAAAAAADAAL/2gAIAQMBAT8BFdX/xAAWEQEBAQAAAAAAAAAAAAAAAAACAAH/2gAIAQIBAT8BK2//xAAUEAEA" +
    "AAAAAAAAAAAAAAAAAAAg/9oACAEBAAY/Ah//xAAYEAACAwAAAAAAAAAAAAAAAAAAMRAhYf/aAAgBAQABPyHAqUFP/9oADAMB" +
    "AAIAAwAAABBn/8QAFREBAQAAAAAAAAAAAAAAAAAAABH/2gAIAQMBAT8Qif/EABURAQEAAAAAAAAAAAAAAAAAAAAR/9oACAEC" +
    "AQE/ELn/xAAWEAEBAQAAAAAAAAAAAAAAAAAQMUH/2gAIAQEAAT8QiGwP/9k=",
);
export const colourJpegPixels = [
  [[5, 1, 0], [103, 6, 37], [214, 10, 131]],
  [[16, 103, 24], [114, 109, 71], [225, 113, 163]],
  [[19, 215, 53], [117, 221, 100], [228, 225, 194]],
];

/** 13x9 pixels; 0, 116 and 228 in columns 0, 6 and 12. */
export const greyJpeg = bytes(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhl" +
    "bXd7gYKBTmCNl4x9lnN+gXz/wAALCAAJAA0BAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABgX/xAAYEAACAwAAAAAAAAAAAAAA" +
    "AAAABAUzQv/aAAgBAQAAPwCNDZHCFAHhsjhCg//Z",
);

/** 13x9 pixels, four components. */
export const cmykJpeg = bytes(
  "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwBQNzxGPDJQRkFGWlVQX3jIgnhubnj1r7mRyP//////////////////////////////" +
    "/////////////////////8AAFAgACQANBEMRAE0RAFkRAEsRAP/EABcAAQEBAQAAAAAAAAAAAAAAAAQAAwL/xAAcEAEAAgID" +
    "AQAAAAAAAAAAAAAAAgMUMiEiYTH/2gAOBEMATQBZAEsAAD8AxpcY3g0Y8mnV6rG8Krj1QNJrGP1HV6oqvVP/2Q==",
);

/** Runs `test` with an environment variable that has a value. */
export async function withVariable(name: string, value: string, test: () => Promise<void>) {
  const before = Deno.env.get(name);
  Deno.env.set(name, value);
  try {
    await test();
  } finally {
    if (before === undefined) Deno.env.delete(name);
    else Deno.env.set(name, before);
  }
}
