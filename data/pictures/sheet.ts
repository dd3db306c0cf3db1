import { blankPicture, paste } from "./picture.ts";
import type { Colour, Picture } from "../types.ts";

const GUTTER = 2;
const gutterColour: Colour = [255, 255, 255];

/**
 * Lays pictures of one size out in rows, white between and around them.
 *
 * @param upscale whole factor by which each picture is enlarged, pixel by pixel
 * @throws RangeError where there is no picture or the sizes differ.
 */
export function contactSheet(rows: readonly (readonly Picture[])[], upscale = 1): Picture {
  const pictures = rows.flat();
  if (pictures.length === 0) throw new RangeError("contactSheet: there is no picture to lay out");
  const { width, height } = pictures[0];
  const odd = pictures.find((picture) => picture.width !== width || picture.height !== height);
  if (odd) {
    throw new RangeError(
      `contactSheet: a picture of ${odd.width}x${odd.height} does not match ${width}x${height}`,
    );
  }
  const stepX = width * upscale + GUTTER, stepY = height * upscale + GUTTER;
  const columns = Math.max(...rows.map((row) => row.length));
  const sheet = blankPicture({
    width: columns * stepX + GUTTER,
    height: rows.length * stepY + GUTTER,
  }, gutterColour);
  rows.forEach((row, r) =>
    row.forEach((picture, c) =>
      paste(sheet, enlarge(picture, upscale), GUTTER + c * stepX, GUTTER + r * stepY)
    )
  );
  return sheet;
}

function enlarge(picture: Picture, factor: number): Picture {
  const width = picture.width * factor, height = picture.height * factor;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor(y / factor) * picture.width + Math.floor(x / factor)) * 3;
      pixels.set(picture.pixels.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { width, height, pixels };
}
