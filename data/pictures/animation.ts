import { extname, join } from "node:path";
import { encodeGif } from "./animated_gif.ts";
import { encodeAnimatedWebp } from "./animated_webp.ts";
import { writeFile } from "../files/write.ts";
import { writeMp4 } from "./ffmpeg.ts";
import type { Picture } from "../types.ts";

interface Format {
  readonly encode: (pictures: AsyncIterable<Picture>, fps: number) => Promise<Uint8Array>;
  /** Pictures a second: of a GIF by its delays, of a WebP by the 24 bits of its milliseconds. */
  readonly fps: readonly [least: number, most: number];
}

const formats: Readonly<Record<string, Format>> = {
  ".gif": { encode: encodeGif, fps: [0.002, 50] },
  ".webp": { encode: encodeAnimatedWebp, fps: [0.0001, 240] },
  ".mp4": { encode: encodeMp4, fps: [0.0001, 240] },
};

/**
 * @param fps pictures a second, where they are known
 * @throws Error unless a path ends as the files that `writeAnimation` writes, which can be as fast or slow as that
 */
export function checkAnimation(path: string, fps?: number): void {
  const name = extname(path).toLowerCase();
  if (!Object.hasOwn(formats, name)) {
    throw new Error(`${path} must end in one of ${Object.keys(formats).join(", ")}`);
  }
  const [least, most] = formats[name].fps;
  if (fps === undefined || (fps >= least && fps <= most)) return;
  throw new Error(
    `${path}: ${name} shows ${least} to ${most} pictures a second, not ${fps}: choose with --fps, or ` +
      "write another format",
  );
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
  checkAnimation(path, fps);
  await writeFile(path, await formats[extname(path).toLowerCase()].encode(pictures, fps));
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
