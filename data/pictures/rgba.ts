import type { Size } from "../../pose/types.ts";
import type { Picture } from "../types.ts";

/** A picture with transparency: 4 bytes a pixel, row-major. */
export interface RgbaImage extends Size {
  readonly data: ArrayLike<number>;
}

/** What is seen of an image over white. */
export function overWhite({ width, height, data }: RgbaImage): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const alpha = data[i * 4 + 3] / 255;
    for (let channel = 0; channel < 3; channel++) {
      pixels[i * 3 + channel] = Math.round(255 + (data[i * 4 + channel] - 255) * alpha);
    }
  }
  return { width, height, pixels };
}

/** The pixels with an alpha of 255, in memory of their own. */
export function opaqueRgba({ width, height, pixels }: Picture): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    rgba[to] = pixels[from];
    rgba[to + 1] = pixels[from + 1];
    rgba[to + 2] = pixels[from + 2];
  }
  return rgba;
}
