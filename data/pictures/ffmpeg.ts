/** Clips in and out, by the program ffmpeg where the machine has it. */
import type { Size } from "../../pose/types.ts";
import { writeAtomic } from "../files/write.ts";
import type { Picture } from "../types.ts";

const program = "ffmpeg";
const quiet = ["-nostdin", "-v", "error"];

/**
 * The pictures of a clip, upright, `fps` a second.
 * @throws Error of one line that names the clip where it can't be
 * read, and where there is no ffmpeg.
 */
export async function* clipPictures(path: string, fps: number): AsyncGenerator<Picture> {
  await Deno.stat(path).catch((error: Error) => {
    throw new Error(`cannot read the clip: ${error.message}`);
  });
  // Clips may name other files and addresses: only files are opened.
  const input = ["-protocol_whitelist", "file", "-i", `file:${path}`, "-vf", `fps=${fps}`];
  const output = ["-an", "-f", "image2pipe", "-c:v", "ppm", "pipe:1"];
  const process = start([...input, ...output], "null");
  const complaint = new Response(process.stderr).text();
  try {
    yield* readPpms(process.stdout);
    await requireSuccess(process, complaint, path);
  } finally {
    await stop(process);
  }
}

/**
 * Writes pictures of one size as an MP4, whole or not at all. The head of an MP4 is written last, so it needs a file: while
 * pictures are made they are streamed into another container, in memory, so that a program that is killed leaves nothing.
 * @throws as `clipPictures`.
 */
export async function writeMp4(
  path: string,
  pictures: AsyncIterable<Picture>,
  fps: number,
): Promise<void> {
  const input = ["-f", "image2pipe", "-c:v", "ppm", "-framerate", String(fps), "-i", "pipe:0"];
  // Half as many colours as pixels a side, which is what all players know, needs even sides.
  const evenSides = "pad=ceil(iw/2)*2:ceil(ih/2)*2";
  const output = ["-vf", evenSides, "-c:v", "h264", "-pix_fmt", "yuv420p", "-f", "nut", "pipe:1"];
  const film = await convert([...input, ...output], ppms(pictures), path);
  const whole = ["-f", "nut", "-i", "pipe:0", "-c", "copy", "-movflags", "+faststart", "-f", "mp4"];
  await writeAtomic(path, async (temporary) => {
    await convert([...whole, "-y", `file:${temporary.path}`], [film], path);
  });
}

/** What ffmpeg makes of what is piped into it. @throws Error that names `path` */
async function convert(
  args: readonly string[],
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  path: string,
): Promise<Uint8Array> {
  const process = start(args, "piped");
  const complaint = new Response(process.stderr).text();
  const made = new Response(process.stdout).bytes();
  try {
    const pipe = process.stdin.getWriter();
    for await (const part of parts) {
      const broken = await pipe.write(part).catch(() => true);
      if (broken) break; // it has ended, and says why
    }
    await pipe.close().catch(() => {});
    await requireSuccess(process, complaint, path);
    return await made;
  } finally {
    await stop(process);
  }
}

function start(args: readonly string[], stdin: "null" | "piped"): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...quiet, ...args],
      clearEnv: true, // the libraries of a software driver beside the project are none of ffmpeg's
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      "clips and MP4 need ffmpeg, which is not on this machine: install it, or use a folder of " +
        "pictures and .gif or .webp",
      { cause: error },
    );
  }
}

async function requireSuccess(
  process: Deno.ChildProcess,
  complaint: Promise<string>,
  path: string,
): Promise<void> {
  const [{ success }, said] = await Promise.all([process.status, complaint]);
  if (success) return;
  throw new Error(
    `${path}: ffmpeg gives up: ${said.trim().split("\n").at(-1) || "no reason given"}`,
  );
}

async function stop(process: Deno.ChildProcess): Promise<void> {
  try {
    process.kill("SIGKILL");
  } catch {
    // it has ended
  }
  await process.status;
}

async function* ppms(pictures: AsyncIterable<Picture>): AsyncGenerator<Uint8Array> {
  for await (const picture of pictures) yield encodePpm(picture);
}

/** Pictures in the simplest format there is: a header "P6 WIDTH HEIGHT 255", then the pixels. */
function encodePpm({ width, height, pixels }: Picture): Uint8Array {
  const header = new TextEncoder().encode(`P6\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + pixels.length);
  file.set(header);
  file.set(pixels, header.length);
  return file;
}

/** The pictures of a stream of files in that format; a last one that is cut short is left out. */
async function* readPpms(stream: ReadableStream<Uint8Array>): AsyncGenerator<Picture> {
  const reader = stream.getReader({ mode: "byob" });
  const read = async (length: number) => {
    const { value } = await reader.read(new Uint8Array(length), { min: length });
    return value?.length === length ? value : null;
  };
  while (true) {
    const header = await readPpmHeader(read);
    const pixels = header && await read(header.width * header.height * 3);
    if (pixels === null) return;
    yield { ...header!, pixels };
  }
}

/** Null at the end of the stream. */
async function readPpmHeader(
  read: (length: number) => Promise<Uint8Array | null>,
): Promise<Size | null> {
  let header = "";
  while (header.split("\n").length <= 3) {
    const byte = await read(1);
    if (byte === null) return null;
    header += String.fromCharCode(byte[0]);
  }
  const [width, height] = header.split("\n")[1].split(" ").map(Number);
  return { width, height };
}
