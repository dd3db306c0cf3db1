import type { Size } from "../../pose/types.ts";
import { writeFile } from "../files/write.ts";
import { decodeJpeg, isJpeg, jpegHeader } from "./jpeg.ts";
import { exifOrientation, turnUpright } from "./orientation.ts";
import type { Picture } from "../types.ts";
import { decodePng, encodePng, isPng, pngHeader } from "./png.ts";
import { decodeWebp, isWebp, webpHeader } from "./webp.ts";

/** Whether a file is one that `readPicture` may read, by its name. */
export const isPictureName = (name: string) => /\.(jpe?g|png|webp)$/i.test(name);

/** Pixels of the largest picture that is read; a larger one is refused before it is decoded. */
const MAX_PIXELS = 64 * 2 ** 20;
/** Room for the largest picture, uncompressed with 16 bits for each of 4 channels. */
const maxFileBytes = MAX_PIXELS * 8;

/**
 * Reads a PNG, JPEG or WebP file, told apart by its first bytes, the way up that its Exif says.
 * Transparent parts come out white.
 * @throws Error of one line that names the file and says what is wrong with it.
 */
export async function readPicture(path: string): Promise<Picture> {
  return await decodePicture(await readImageFile(path), path);
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
    return decodePng(bytes);
  }
  if (isJpeg(bytes)) {
    const header = jpegHeader(bytes);
    requireReasonableSize(header);
    if (header.components === 4) throw new Error("CMYK JPEGs are not read; convert it to RGB");
    return await decodeJpeg(bytes);
  }
  if (isWebp(bytes)) {
    requireReasonableSize(webpHeader(bytes));
    return await decodeWebp(bytes);
  }
  throw new Error("this is neither a PNG nor a JPEG nor a WebP; convert it to one of them");
}

/** Writes an RGB PNG, whole or not at all. The same picture gives the same bytes. */
export async function writePicture(path: string, picture: Picture): Promise<void> {
  await writeFile(path, encodePng(picture));
}

async function readImageFile(path: string): Promise<Uint8Array> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    throw new Error(`cannot read the picture: ${(error as Error).message}`, { cause: error });
  }
  if (!info.isFile) throw new Error(`${path}: this is not a file; give a PNG or JPEG file`);
  if (info.size > maxFileBytes) {
    throw new Error(`${path}: ${info.size} bytes are over the limit of ${maxFileBytes}; shrink it`);
  }
  return await Deno.readFile(path);
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
