/** From the maps of MoveNet's heads to joints, as its published graph does it (CenterNet's way). */

/** A joint that the network found: its place as shares of the frame's sides, and how sure it is, 0..1. */
export interface FoundJoint {
  readonly x: number;
  readonly y: number;
  readonly score: number;
}

/** Those of COCO. */
const JOINTS = 17;
/**
 * The heads' maps in their order: logits of the person's centre and of each joint's place; then in cells, y before
 * x, the way from the person's centre to each joint, and from the corner of each joint's cell to the joint.
 */
export const HEAD_CHANNELS = [1, JOINTS, 2 * JOINTS, 2 * JOINTS] as const;
/** Cells that are added to a distance before something is divided by it. */
const SOFTENING = 1.8;

/**
 * The likelihood, 0..1, from which a cell is somebody's centre. Lightning on pictures of one person: their centre has
 * 0.61 and more, others have 0.04 at most (100 pictures); of two people, the smaller one's has 0.18 and more.
 */
const CENTRE = 0.15;
/** Cells on each side that a centre is likelier than. */
const APART = 2;
/** People that are looked for in a picture. */
const MOST_PEOPLE = 8;

/** The cells of people's centres, from the heads' maps as `decode` takes them, the likeliest first. */
export function centres(maps: Float32Array, side: number): number[] {
  const isPeak = (_: number, cell: number) => {
    if (sigmoid(maps[cell]) < CENTRE) return false;
    const [row, column] = [Math.floor(cell / side), cell % side];
    for (let y = Math.max(0, row - APART); y <= Math.min(side - 1, row + APART); y++) {
      for (let x = Math.max(0, column - APART); x <= Math.min(side - 1, column + APART); x++) {
        const other = y * side + x;
        // Of equal ones the first.
        if (maps[other] > maps[cell] || (maps[other] === maps[cell] && other < cell)) return false;
      }
    }
    return true;
  };
  const cells = Array.from({ length: side * side }, (_, cell) => cell).filter(isPeak);
  return cells.sort((a, b) => maps[b] - maps[a]).slice(0, MOST_PEOPLE);
}

/**
 * The joints, in COCO's order, of a person, from the heads' maps, `side` cells high and wide. The person's centre says
 * roughly where the joints are; a joint's cell is the likeliest one, weighted by its nearness to that.
 *
 * @param from cell of the centre; without it the likeliest one, weighted by its nearness to the frame's middle
 */
export function decode(maps: Float32Array, side: number, from?: number): FoundJoint[] {
  const area = side * side;
  let first = 0;
  const [centre, heat, ways, offsets] = HEAD_CHANNELS.map((channels) => {
    const head = maps.subarray(first * area, (first + channels) * area);
    first += channels;
    return (channel: number, cell: number) => head[channel * area + cell];
  });
  const likeliest = (map: (cell: number) => number, y: number, x: number): number => {
    let best = 0;
    let most = -Infinity;
    for (let cell = 0; cell < area; cell++) {
      const [dy, dx] = [Math.floor(cell / side) - y, cell % side - x];
      const distance = Math.sqrt(dy * dy + dx * dx);
      const value = sigmoid(map(cell)) / (distance + SOFTENING);
      if (value > most) [best, most] = [cell, value];
    }
    return best;
  };
  const middle = from ?? likeliest((cell) => centre(0, cell), side / 2, side / 2);
  return Array.from({ length: JOINTS }, (_, joint) => {
    const y = Math.floor(middle / side) + ways(2 * joint, middle);
    const x = middle % side + ways(2 * joint + 1, middle);
    const cell = likeliest((cell) => heat(joint, cell), y, x);
    return {
      y: (Math.floor(cell / side) + offsets(2 * joint, cell)) / side,
      x: (cell % side + offsets(2 * joint + 1, cell)) / side,
      score: sigmoid(heat(joint, cell)),
    };
  });
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
