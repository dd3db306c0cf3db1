import type { Size } from "../../pose/types.ts";
import { readBytes } from "../files/read.ts";
import { writeFile } from "../files/write.ts";
import { countScans, decodeJpeg, isJpeg, jpegHeader, jpegMemory } from "./jpeg.ts";
import { exifOrientation, turnUpright } from "./orientation.ts";
import type { Picture } from "../types.ts";
import { decodePng, encodePng, isPng, pngHeader, pngMemory } from "./png.ts";
import { decodeWebp, isWebp, webpHeader } from "./webp.ts";

/** Whether a file is one that `readPicture` may read, by its name. */
export const isPictureName = (name: string) => /\.(jpe?g|png|webp)$/i.test(name);

/** Pixels of the largest picture that is read; a larger one is refused before it is decoded. */
const MAX_PIXELS = 64 * 2 ** 20;
/** Bytes of memory that decoding may take. */
const MAX_MEMORY = 512 * 2 ** 20;
/** Bytes of the largest file: more than photos of that size have. */
const MAX_FILE = 256 * 2 ** 20;
/** Of a JPEG, counted over all of its scans: some 5 seconds. */
const MAX_SCANNED = 2 ** 29;

/**
 * Reads a PNG, JPEG or WebP file, told apart by its first bytes, the way up that its Exif says.
 * Transparent parts come out white.
 * @throws Error of one line that names the file and says what is wrong with it.
 */
export async function readPicture(path: string): Promise<Picture> {
  return await decodePicture(await readBytes(path, MAX_FILE, "the picture"), path);
}

/** Decodes a PNG, JPEG or WebP; `name` stands for it in errors. Otherwise as `readPicture`. */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  try {
    return turnUpright(await decode(bytes), exifOrientation(bytes));
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

async function decode(bytes: Uint8Array): Promise<Picture> {
  if (bytes.length === 0) throw new Error("the file is empty; replace it by a PNG or JPEG");
  if (isPng(bytes)) {
    requireReasonableSize(pngHeader(bytes));
    requireMemory(pngMemory(bytes));
    return await decodePng(bytes);
  }
  if (isJpeg(bytes)) {
    const header = jpegHeader(bytes);
    requireReasonableSize(header);
    if (header.components === 4) throw new Error("CMYK JPEGs are not read; convert it to RGB");
    requireMemory(jpegMemory(header));
    const scans = countScans(bytes);
    if (scans * header.width * header.height > MAX_SCANNED) {
      throw new Error(`${scans} scans would take too long; save the JPEG anew, not progressive`);
    }
    return await decodeJpeg(bytes);
  }
  if (isWebp(bytes)) {
    const header = webpHeader(bytes);
    requireReasonableSize(header);
    requireMemory(11 * header.width * header.height); // two copies with transparency, one without
    return await decodeWebp(bytes);
  }
  throw new Error("this is neither a PNG nor a JPEG nor a WebP; convert it to one of them");
}

function requireMemory(needed: number): void {
  if (needed <= MAX_MEMORY) return;
  const [is, may] = [needed, MAX_MEMORY].map((bytes) => Math.ceil(bytes / 2 ** 20));
  throw new Error(`decoding it takes ${is} MB of memory, ${may} at most; make the picture smaller`);
}

/** Writes an RGB PNG, whole or not at all. The same picture gives the same bytes. */
export async function writePicture(path: string, picture: Picture): Promise<void> {
  await writeFile(path, encodePng(picture));
}

function requireReasonableSize({ width, height }: Size): void {
  const pixels = width * height;
  if (pixels === 0) throw new Error(`its header says ${width}x${height} pixels; replace the file`);
  if (pixels > MAX_PIXELS) {
    throw new Error(
      `${width}x${height} pixels are over the limit of ${MAX_PIXELS / 2 ** 20} Mpixel; resize it`,
    );
  }
}
