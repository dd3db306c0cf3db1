/** Which pairs a batch is drawn from. */
export interface Draw {
  readonly seed: number;
  /** Batches of different streams ("generator", "discriminator") are drawn independently. */
  readonly stream: string;
  readonly batchSize: number;
  readonly pairCount: number;
}

/**
 * The pair indices of batch number `batch` (from 0): a pure function of its arguments, so a resumed
 * run draws what the unbroken one drew. Every pair comes once in each epoch of `pairCount` draws, in
 * an order that differs from epoch to epoch.
 */
export function batchIndices(
  { seed, stream, batchSize, pairCount }: Draw,
  batch: number,
): number[] {
  if (!Number.isInteger(pairCount) || pairCount < 1 || pairCount > 2 ** 32) {
    throw new RangeError(`cannot draw from ${pairCount} pairs: there must be 1 to 2^32`);
  }
  return Array.from({ length: batchSize }, (_, i) => {
    const position = batch * batchSize + i;
    const epoch = Math.floor(position / pairCount);
    const key = hashText(`${seed}/${stream}/${epoch}`);
    return shuffledIndex(position % pairCount, pairCount, key);
  });
}

/**
 * Where a shuffle of 0 .. count - 1 puts `index`: a Feistel network over the next even power of two,
 * walked along its cycle until the result lies below `count` (Black and Rogaway, "Ciphers with
 * arbitrary finite domains", 2002).
 */
export function shuffledIndex(index: number, count: number, key: number): number {
  const halfBits = Math.ceil(Math.log2(count) / 2);
  let result = index;
  do result = feistel(result, 2 ** halfBits, key); while (result >= count);
  return result;
}

const ROUNDS = 6;

/** A bijection on 0 .. half^2 - 1. */
function feistel(value: number, half: number, key: number): number {
  let left = Math.floor(value / half), right = value % half;
  for (let round = 0; round < ROUNDS; round++) {
    const mixed = mix(mix(key + round) ^ right) % half;
    [left, right] = [right, (left ^ mixed) >>> 0];
  }
  return left * half + right;
}

/** FNV-1a over UTF-16 code units, mixed: 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** The finaliser of MurmurHash3: a bijection on 32 bits in which each bit depends on all. */
function mix(value: number): number {
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
