/** What kernels write their WGSL with. */

/** 0, 1 .. length - 1 */
export const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** A line of WGSL for each item: a loop that is unrolled here. */
export function lines<T>(items: readonly T[], line: (item: T) => string): string {
  return items.map(line).join("\n");
}

/**
 * a / b for a below 2^20 without an integer division, which software drivers do lane by lane: the half
 * keeps the quotient of float32, right to 2.5 units in the last place, off whole numbers by more than its error.
 */
export const QUOTIENT = `
fn quotient(a: u32, b: u32) -> u32 { return u32((f32(a) + 0.5) / f32(b)); }
`;

/** A byte of the bound words `packed`, four to a word, the first in the lowest bits. */
export const BYTE_AT = `
fn byte_at(at: u32) -> f32 { return f32((packed[at / 4u] >> (at % 4u * 8u)) & 0xffu); }
`;

/** A thread's sums, which stay in registers as each is a variable: `sum${channel}_${place}`, channel by channel. */
export function tileSums(channels: number, places: readonly string[]): string[] {
  return range(channels).flatMap((channel) => places.map((place) => `sum${channel}_${place}`));
}

/** What one vector of four channels is multiplied with: a value for the sum of a place. */
export interface TileTerm {
  readonly place: string;
  readonly value: string;
}

/**
 * The multiply-adds of a turn of the loop over a tile of sums: for each step and channel, the terms of the step times
 * the channel's value, from vectors of four channels in the order [step][channel / 4] that begin at `vectors`. Channel
 * by channel, so that a channel's sums stay in registers over the steps.
 */
export function tileProducts(
  { channels, steps, vectors: [array, start], terms }: {
    readonly channels: number;
    readonly steps: number;
    readonly vectors: readonly [array: string, start: string];
    readonly terms: (step: number) => readonly TileTerm[];
  },
): string {
  const quarter = channels / 4;
  return lines(
    range(quarter),
    (q) =>
      lines(
        range(steps),
        (step) => `let v${q}_${step} = ${array}[${start} + ${step * quarter + q}u];`,
      ) +
      "\n" +
      lines(
        range(4),
        (lane) =>
          lines(
            range(steps).flatMap((step) =>
              terms(step).map(({ place, value }) => {
                const sum = `sum${4 * q + lane}_${place}`;
                return `${sum} = fma(${value}, v${q}_${step}.${"xyzw"[lane]}, ${sum});`;
              })
            ),
            (line) => line,
          ),
      ),
  );
}

/**
 * How a thread stores its tile of sums: by a loop over the channels, as software drivers take longer to compile
 * unrolled stores than all the rest; or written out, as an array that a loop indexes lies in a GPU's memory.
 */
export type Stores = "looped" | "unrolled";

/**
 * Stores a thread's sums, `places` of each channel, for the first `count` channels (WGSL).
 *
 * @param store WGSL that stores a channel's sums, given the channel and what holds the sum of a place
 */
export function storeTile(
  { sums, places, stores, count }: {
    readonly sums: readonly string[];
    readonly places: number;
    readonly stores: Stores;
    readonly count: string;
  },
  store: (channel: string, sumOf: (place: number) => string) => string,
): string {
  if (stores === "unrolled") {
    const channels = range(sums.length / places);
    return lines(channels, (c) =>
      `if (${c}u < ${count}) {
      ${store(`${c}u`, (place) => sums[c * places + place])}
    }`);
  }
  return `var tile_sums: array<f32, ${sums.length}>;
  ${lines([...sums.entries()], ([i, sum]) => `tile_sums[${i}] = ${sum};`)}
  for (var channel = 0u; channel < ${count}; channel++) {
    ${store("channel", (place) => `tile_sums[channel * ${places}u + ${place}u]`)}
  }`;
}
