import createDecoder, { type MozJPEGModule } from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import type { Size } from "../../pose/types.ts";
import type { Picture } from "../types.ts";

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** What a JPEG's frame header says. */
export interface JpegHeader extends Size {
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly components: number;
  /** Whether it comes in scans that each refine all of the picture, whose values the decoder must hold. */
  readonly progressive: boolean;
}

/** Reads the frame header (ITU-T T.81, B.2.2). @throws Error where there is none. */
export function jpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 10 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1];
    if (isStartOfFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { width, height, components: bytes[at + 9], progressive: marker % 4 === 2 };
    }
    const isFillByte = marker === 0xff;
    at += isFillByte ? 1 : 2 + view.getUint16(at + 2);
  }
  throw new Error("the JPEG has no frame header; replace the file");
}

/** How many scans a JPEG has: none of its values holds the marker of one, 255 and 218. */
export function countScans(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(255); at >= 0; at = bytes.indexOf(255, at + 1)) {
    if (bytes[at + 1] === 218) count++;
  }
  return count;
}

/** Bytes of memory that decoding takes, roughly: two copies with transparency, and values of 16 bits if progressive. */
export function jpegMemory({ width, height, components, progressive }: JpegHeader): number {
  return width * height * (8 + (progressive ? 2 * components : 0));
}

function isStartOfFrame(marker: number): boolean {
  const [huffmanTables, reserved, arithmeticTables] = [0xc4, 0xc8, 0xcc];
  return marker >= 0xc0 && marker <= 0xcf &&
    marker !== huffmanTables && marker !== reserved && marker !== arithmeticTables;
}

interface Decoder {
  readonly module: MozJPEGModule;
  /** What libjpeg printed about the picture at hand: warnings, and why it gave up. */
  readonly complaints: string[];
}

/** Loaded when the first JPEG comes, and dropped after a failure, which leaves it in no known state. */
let decoder: Promise<Decoder> | undefined;

async function loadDecoder(): Promise<Decoder> {
  const url = import.meta.resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
  const complaints: string[] = [];
  const overrides = {
    wasmBinary: (await Deno.readFile(new URL(url))).buffer,
    printErr: (line: string) => void complaints.push(line),
  };
  return { module: await createDecoder(overrides), complaints };
}

const damage = /premature|huffman|instead of RST/i;

/**
 * Decodes a grey or colour JPEG with libjpeg, bit for bit what its default settings give.
 * @throws Error that says what libjpeg complained of, also where it would have filled a damaged
 * part with grey.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<Picture> {
  decoder ??= loadDecoder();
  const { module, complaints } = await decoder;
  complaints.length = 0;
  const image = decodeOrNull(module, bytes);
  const complaint = complaints.findLast((line) => image === null || damage.test(line));
  if (image === null || complaint) {
    decoder = undefined;
    throw new Error(`cannot decode the JPEG (${complaint ?? "no reason given"}); replace the file`);
  }
  const { width, height, data } = image;
  const pixels = new Uint8Array(data.buffer, data.byteOffset, width * height * 3); // in place: it is large
  for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
    pixels[to] = data[from];
    pixels[to + 1] = data[from + 1];
    pixels[to + 2] = data[from + 2];
  }
  return { width, height, pixels };
}

/** libjpeg reports a failure by leaving the program: an exception that says nothing. */
function decodeOrNull(module: MozJPEGModule, bytes: Uint8Array): ImageData | null {
  const preserveOrientation = false;
  try {
    return module.decode(bytes as BufferSource, preserveOrientation);
  } catch {
    return null;
  }
}
