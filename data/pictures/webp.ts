/** WebP by libwebp in WebAssembly. */
import createDecoder, { type WebPModule as Decoder } from "@jsquash/webp/codec/dec/webp_dec.js";
import createEncoder, { type WebPModule as Encoder } from "@jsquash/webp/codec/enc/webp_enc.js";
import { defaultOptions } from "@jsquash/webp/meta.js";
import type { Size } from "../../pose/types.ts";
import type { Picture } from "../types.ts";
import { opaqueRgba, overWhite } from "./rgba.ts";

export function isWebp(bytes: Uint8Array): boolean {
  return fourLetters(bytes, 0) === "RIFF" && fourLetters(bytes, 8) === "WEBP";
}

/** What a WebP's first chunk says. */
export interface WebpHeader extends Size {
  readonly animated: boolean;
}

/** Reads the first chunk ("WebP Container Specification", RFC 9649). @throws Error where it is none of WebP's. */
export function webpHeader(bytes: Uint8Array): WebpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = bytes.length < 30 ? "" : fourLetters(bytes, 12);
  if (kind === "VP8X") {
    const [width, height] = [24, 27].map((at) => 1 + (view.getUint32(at - 1, true) >>> 8));
    return { width, height, animated: (bytes[20] & 2) !== 0 };
  }
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + (bits >>> 14 & 0x3fff), animated: false };
  }
  if (kind === "VP8 ") {
    const [width, height] = [26, 28].map((at) => view.getUint16(at, true) & 0x3fff);
    return { width, height, animated: false };
  }
  throw new Error("the WebP has no header; replace the file");
}

function fourLetters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Loaded when first needed. */
let decoder: Promise<Decoder> | undefined;
let encoder: Promise<Encoder> | undefined;

/** Decodes a still WebP; what is transparent is laid over white. @throws Error where it is damaged. */
export async function decodeWebp(bytes: Uint8Array): Promise<Picture> {
  if (webpHeader(bytes).animated) throw new Error("the WebP is animated; take one picture of it");
  decoder ??= wasmOptions("@jsquash/webp/codec/dec/webp_dec.wasm").then(createDecoder);
  const image = (await decoder).decode(bytes as BufferSource);
  if (image === null) throw new Error("the WebP is damaged; replace the file");
  return overWhite(image);
}

/** Losses that one does not see, and sharp edges between colours. */
const options = { quality: 90, use_sharp_yuv: 1 };

/** Encodes a WebP, with losses too small to be seen. @throws RangeError where the format can't hold its size. */
export async function encodeWebp(picture: Picture): Promise<Uint8Array> {
  encoder ??= wasmOptions("@jsquash/webp/codec/enc/webp_enc.wasm").then(createEncoder);
  const module = await encoder;
  const { width, height } = picture;
  const file = module.encode(opaqueRgba(picture), width, height, { ...defaultOptions, ...options });
  if (file === null) {
    throw new RangeError(`${width}x${height} pixels can't be a WebP: 16383 a side are the most`);
  }
  return file.slice();
}

async function wasmOptions(path: string): Promise<{ wasmBinary: ArrayBuffer }> {
  const { buffer } = await Deno.readFile(new URL(import.meta.resolve(path)));
  return { wasmBinary: buffer };
}
