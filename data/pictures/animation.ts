import { extname, join } from "node:path";
import { encodeGif } from "./animated_gif.ts";
import { encodeAnimatedWebp } from "./animated_webp.ts";
import { writeFile } from "../files/write.ts";
import { writeMp4 } from "./ffmpeg.ts";
import type { Picture } from "../types.ts";

type Encode = (pictures: AsyncIterable<Picture>, fps: number) => Promise<Uint8Array>;

const encoders: Readonly<Record<string, Encode>> = {
  ".gif": encodeGif,
  ".webp": encodeAnimatedWebp,
  ".mp4": encodeMp4,
};

/** @throws Error unless a path ends as the files that `writeAnimation` writes. */
export function checkAnimationPath(path: string): void {
  if (Object.hasOwn(encoders, extname(path).toLowerCase())) return;
  throw new Error(`${path} must end in one of ${Object.keys(encoders).join(", ")}`);
}

/**
 * Writes pictures of one size as an animation, whole or not at all: a GIF or WebP that goes on for ever, or an MP4, for
 * which the machine must have ffmpeg.
 * @throws Error of one line where it can't.
 *
 * @param fps pictures a second
 */
export async function writeAnimation(
  path: string,
  pictures: AsyncIterable<Picture>,
  fps: number,
): Promise<void> {
  checkAnimationPath(path);
  await writeFile(path, await encoders[extname(path).toLowerCase()](pictures, fps));
}

/** By way of a file, as the head of an MP4 is written last. */
async function encodeMp4(pictures: AsyncIterable<Picture>, fps: number): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "animation.mp4");
    await writeMp4(path, pictures, fps);
    return await Deno.readFile(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
