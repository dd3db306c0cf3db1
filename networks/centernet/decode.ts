/** From the maps of CenterNet's heads to the likeliest person. */

/** A box with how likely it holds a person, 0..1; its sides are in pixels of what was looked at. */
export interface Detection {
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Pixels of the frame along a side of a cell. */
export const CELL = 4;
/** Pixels for each unit of the sides' maps. */
const UNIT = 16;

/**
 * The likeliest person, in pixels of the frame, from the heads' maps, `side` cells high and wide: the logits of a
 * person's centre; then how far left of, above, right of and below a cell's corner the sides of a box lie whose centre
 * it is. The published graph keeps the likeliest centres of all classes that are likelier than their neighbours; of a
 * person's, the likeliest cell is always the first of these.
 */
export function decode(maps: Float32Array, side: number): Detection {
  const area = side * side;
  let best = 0;
  for (let cell = 1; cell < area; cell++) if (maps[cell] > maps[best]) best = cell;
  const [left, top, right, bottom] = [1, 2, 3, 4].map((map) => UNIT * maps[map * area + best]);
  const [x, y] = [CELL * (best % side), CELL * Math.floor(best / side)];
  const score = 1 / (1 + Math.exp(-maps[best]));
  return { score, left: x - left, top: y - top, right: x + right, bottom: y + bottom };
}
