/** A buffer's size and the first and last command that uses it. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Which of the shared buffers each lifetime gets, and their sizes. */
export interface BufferPlan {
  readonly slots: readonly number[];
  readonly slotBytes: readonly number[];
}

/**
 * Lets buffers whose lifetimes do not meet share memory: the largest first, each in the smallest slot
 * that is free all its life, or a new one ("greedy by size", Pisarchyk and Lee, MLSys workshop 2020).
 * One command never gets the same slot for two of its buffers, as a GPU refuses to read and write one.
 */
export function planBuffers(lifetimes: readonly Lifetime[]): BufferPlan {
  const slots = new Array<number>(lifetimes.length);
  const slotBytes: number[] = [];
  const tenants: Lifetime[][] = [];
  const order = lifetimes.map((_, i) => i).sort((a, b) =>
    lifetimes[b].bytes - lifetimes[a].bytes || a - b
  );
  for (const i of order) {
    const life = lifetimes[i];
    // Slots are made largest first, so every one is large enough and the last free one is the smallest.
    const free = tenants.findLastIndex((others) =>
      others.every((other) => other.last < life.first || life.last < other.first)
    );
    slots[i] = free >= 0 ? free : slotBytes.push(life.bytes) - 1;
    if (free >= 0) tenants[free].push(life);
    else tenants.push([life]);
  }
  return { slots, slotBytes };
}
