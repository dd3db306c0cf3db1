/** Animated WebP: the container of RFC 9649 round frames that libwebp encodes. */
import type { Size } from "../../pose/types.ts";
import type { Picture } from "../types.ts";
import { encodeWebp } from "./webp.ts";

const RIFF_HEADER_BYTES = 12;
const HAS_ANIMATION = 2, DO_NOT_BLEND = 2;
const background = uint(0, 4), endlessLoop = uint(0, 2);

/**
 * Encodes pictures of one size as an animation that goes on for ever.
 *
 * @param fps pictures a second
 */
export async function encodeAnimatedWebp(
  pictures: AsyncIterable<Picture>,
  fps: number,
): Promise<Uint8Array> {
  const frames: Uint8Array[] = [];
  let size: Size = { width: 1, height: 1 };
  const milliseconds = (frame: number) => Math.round(frame * 1000 / fps);
  for await (const picture of pictures) {
    size = picture;
    const duration = milliseconds(frames.length + 1) - milliseconds(frames.length);
    const place = [uint(0, 6), ...canvas(size), uint(duration, 3), uint(DO_NOT_BLEND, 1)];
    const still = (await encodeWebp(picture)).subarray(RIFF_HEADER_BYTES);
    frames.push(chunk("ANMF", ...place, still));
  }
  const features = chunk("VP8X", uint(HAS_ANIMATION, 4), ...canvas(size));
  return chunk(
    "RIFF",
    letters("WEBP"),
    features,
    chunk("ANIM", background, endlessLoop),
    ...frames,
  );
}

function canvas({ width, height }: Size): Uint8Array[] {
  return [uint(width - 1, 3), uint(height - 1, 3)];
}

/** Name, length, content, and a zero where the length is odd. */
function chunk(name: string, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, { length }) => sum + length, 0);
  return concatenate([letters(name), uint(length, 4), ...content, uint(0, length % 2)]);
}

function letters(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A number in `count` little-endian bytes. */
function uint(value: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
