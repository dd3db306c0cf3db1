import { extname } from "node:path";
import { encodeGif } from "./animated_gif.ts";
import { encodeAnimatedWebp } from "./animated_webp.ts";
import { writeFile } from "../files/write.ts";
import { writeMp4 } from "./ffmpeg.ts";
import type { Picture } from "../types.ts";

type Write = (path: string, pictures: AsyncIterable<Picture>, fps: number) => Promise<void>;

interface Format {
  readonly write: Write;
  /** Pictures a second: of a GIF by its delays, of a WebP by the 24 bits of its milliseconds. */
  readonly fps: readonly [least: number, most: number];
}

const formats: Readonly<Record<string, Format>> = {
  ".gif": { write: writing(encodeGif), fps: [0.002, 50] },
  ".webp": { write: writing(encodeAnimatedWebp), fps: [0.0001, 240] },
  ".mp4": { write: writeMp4, fps: [0.0001, 240] },
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
  await formats[extname(path).toLowerCase()].write(path, pictures, fps);
}

function writing(
  encode: (pictures: AsyncIterable<Picture>, fps: number) => Promise<Uint8Array>,
): Write {
  return async (path, pictures, fps) => await writeFile(path, await encode(pictures, fps));
}
