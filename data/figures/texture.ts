import type { Colour } from "../types.ts";
import type { KeyedRandom } from "../keyed_random.ts";

/**
 * How much of a material's second colour shows, 0 to 1, at `down` metres down the solid and
 * `around` metres around it (0 = front, positive = the figure's left).
 */
export type Pattern = (down: number, around: number) => number;

export interface Material {
  readonly colour: Colour;
  readonly accent: Colour;
  /** Absent: all `colour`. */
  readonly pattern?: Pattern;
}

export function plain(colour: Colour): Material {
  return { colour, accent: colour };
}

const odd = (position: number, width: number) => Math.floor(position / width) & 1;

export const stripes = (width: number): Pattern => (down) => odd(down, width);

export const pinstripes = (width: number): Pattern => (_, around) => odd(around + width / 2, width);

export const checks = (width: number): Pattern => (down, around) =>
  (odd(down, width) + odd(around + width / 2, width)) / 2;

export const dots = (spacing: number): Pattern => (down, around) => {
  const x = around / spacing - Math.floor(around / spacing) - 0.5;
  const y = down / spacing - Math.floor(down / spacing) - 0.5;
  return x * x + y * y < 0.09 ? 1 : 0;
};

/** Accent below `edge` metres down. */
export const below = (edge: number): Pattern => (down) => down > edge ? 1 : 0;

/** A band `height` metres high centred at `centre`. */
export const band = (centre: number, height: number): Pattern => (down) =>
  Math.abs(down - centre) < height / 2 ? 1 : 0;

/** A print on the front: a disc, or a box where `square`. */
export const print =
  (centre: number, radius: number, square: boolean): Pattern => (down, around) => {
    const [x, y] = [Math.abs(around) / radius, Math.abs(down - centre) / radius];
    return (square ? Math.max(x, y) : Math.hypot(x, y)) < 1 ? 1 : 0;
  };

/** An open front that widens downwards. */
export const opening = (halfWidth: number): Pattern => (down, around) =>
  Math.abs(around) < halfWidth * (1.4 + down) ? 1 : 0;

/** The colour of that hue (turns), saturation and value (0 to 1). */
export function hsv(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number) => {
    const sector = ((hue * 6 + offset) % 6 + 6) % 6;
    const share = Math.max(0, Math.min(1, sector, 4 - sector));
    return 255 * value * (1 - saturation * share);
  };
  return [channel(5), channel(3), channel(1)];
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** A colour of cloth: a third of them white, grey or black. */
export function sampleCloth(random: KeyedRandom): Colour {
  const saturation = random.chance(0.33) ? 0.05 : random.between(0.35, 0.85);
  return hsv(random.next(), saturation, random.between(0.15, 0.95));
}

/** A colour of cloth that stands out from `colour`. */
export function sampleAccent(random: KeyedRandom, colour: Colour): Colour {
  const bright = colour[0] + colour[1] + colour[2] > 360;
  const value = bright ? random.between(0.1, 0.35) : random.between(0.8, 1);
  return hsv(random.next(), random.between(0, bright ? 0.9 : 0.5), value);
}
