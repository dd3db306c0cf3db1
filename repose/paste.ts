import { shownPart, type View } from "./view.ts";
import { crop, resize } from "../data/pictures/picture.ts";
import type { Picture } from "../data/types.ts";

/** Width of the soft edge in widths of the box. */
const SOFT_EDGE = 0.1;

/**
 * Puts what was painted in the frame of a view back into the picture that the view is of: scaled to the view's box, and
 * blended over a soft edge where the box does not end at the picture's edge.
 */
export function pasteBack(original: Picture, painted: Picture, view: View): Picture {
  const { part, inFrame } = shownPart(view, original);
  const patch = resize(crop(painted, inFrame), part);
  const across = coverage(part.left, part.width, original.width, view.box.width * SOFT_EDGE);
  const down = coverage(part.top, part.height, original.height, view.box.width * SOFT_EDGE);
  const pixels = original.pixels.slice();
  for (let y = 0; y < part.height; y++) {
    for (let x = 0; x < part.width; x++) {
      const cover = across[x] * down[y];
      const from = (y * part.width + x) * 3;
      const to = ((part.top + y) * original.width + part.left + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const under = pixels[to + channel];
        pixels[to + channel] = Math.round(under + (patch.pixels[from + channel] - under) * cover);
      }
    }
  }
  return { ...original, pixels };
}

/** How much of the patch is seen at each of its pixels along one axis: a smooth step at an end inside the picture. */
function coverage(begin: number, length: number, whole: number, edge: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const fromBegin = begin > 0 ? i + 0.5 : Infinity;
    const fromEnd = begin + length < whole ? length - i - 0.5 : Infinity;
    const t = Math.min(1, fromBegin / edge, fromEnd / edge);
    return t * t * (3 - 2 * t);
  });
}
