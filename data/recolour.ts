import { KeyedRandom } from "./keyed_random.ts";
import type { Pair, Picture, Sample } from "./types.ts";

/** A colour's red, green and blue as sums of the old ones, row by row. */
type ColourMatrix = readonly (readonly [number, number, number])[];

/** The pair in other colours, the same ones in both pictures, which `key` determines. */
export function recolourPair({ source, target }: Pair, key: number): Pair {
  const random = new KeyedRandom(key, 0, 0);
  const matrix = colourMatrix({
    hue: random.between(0, 2 * Math.PI),
    saturation: random.near(1, 0.4),
    brightness: random.near(1, 0.3),
  });
  const recoloured = (sample: Sample) => ({
    ...sample,
    picture: recolour(sample.picture, matrix),
  });
  return { source: recoloured(source), target: recoloured(target) };
}

interface ColourChange {
  /** Turns colours about the grey axis, in radians. */
  readonly hue: number;
  /** Factor of the distance from grey. */
  readonly saturation: number;
  /** Factor of all. */
  readonly brightness: number;
}

/** Rodrigues' rotation about (1, 1, 1) / sqrt(3), scaled along the axis and across it. */
function colourMatrix({ hue, saturation, brightness }: ColourChange): ColourMatrix {
  const along = brightness / 3;
  const cos = brightness * saturation * Math.cos(hue);
  const sin = brightness * saturation * Math.sin(hue) / Math.sqrt(3);
  const same = along + cos * 2 / 3;
  const next = along - cos / 3 + sin;
  const before = along - cos / 3 - sin;
  return [[same, before, next], [next, same, before], [before, next, same]];
}

function recolour({ width, height, pixels }: Picture, matrix: ColourMatrix): Picture {
  // Rounds, and keeps to 0..255.
  const recoloured = new Uint8ClampedArray(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    matrix.forEach(([red, green, blue], channel) => {
      recoloured[i + channel] = red * pixels[i] + green * pixels[i + 1] + blue * pixels[i + 2];
    });
  }
  return { width, height, pixels: new Uint8Array(recoloured.buffer) };
}
