import ExifReader from "exifreader";
import type { Picture } from "../types.ts";

/**
 * How a camera was held, as its file says (Exif 3.0, tag 274): 1 upright, 2 to 8 mirrored or turned.
 * A file that says nothing, or that in a damaged way, is taken as upright.
 */
export function exifOrientation(file: Uint8Array): number {
  try {
    const { exif } = ExifReader.load(file.slice().buffer, { expanded: true, includeTags });
    const value = exif?.Orientation?.value;
    return typeof value === "number" && value in sources ? value : 1;
  } catch {
    return 1; // the reader throws where a file has no metadata at all
  }
}

const includeTags = { exif: ["Orientation"] };

/** Where the pixel at (x, y) of the upright picture is in the stored one; w and h are the upright size less 1. */
type SourcePixel = (x: number, y: number, w: number, h: number) => readonly [number, number];

const sources: Readonly<Record<number, SourcePixel>> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - x, y],
  3: (x, y, w, h) => [w - x, h - y],
  4: (x, y, _w, h) => [x, h - y],
  5: (x, y) => [y, x],
  6: (x, y, w) => [y, w - x],
  7: (x, y, w, h) => [h - y, w - x],
  8: (x, y, _w, h) => [h - y, x],
};

/** The picture as it is to be looked at; the picture itself where it is upright already. */
export function turnUpright(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture;
  const isOnItsSide = orientation >= 5;
  const width = isOnItsSide ? picture.height : picture.width;
  const height = isOnItsSide ? picture.width : picture.height;
  const pixels = new Uint8Array(picture.pixels.length);
  const source = sources[orientation];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const [column, row] = source(x, y, width - 1, height - 1);
      const from = (row * picture.width + column) * 3;
      pixels[to] = picture.pixels[from];
      pixels[to + 1] = picture.pixels[from + 1];
      pixels[to + 2] = picture.pixels[from + 2];
    }
  }
  return { width, height, pixels };
}
