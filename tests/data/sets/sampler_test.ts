import { assertEquals, assertLess, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { batchIndices, shuffledIndex } from "../../../data/sets/sampler.ts";

const draw = { seed: 7, stream: "generator", batchSize: 4, pairCount: 1000 };

Deno.test("shuffledIndex is a permutation for any count and key", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.nat(), (count, key) => {
      const seen = new Set(range(count).map((i) => shuffledIndex(i, count, key)));
      assertEquals(seen.size, count);
      assertEquals([...seen].every((i) => i >= 0 && i < count), true);
    }),
    { seed: 4, numRuns: 100 },
  );
});

Deno.test("every pair comes once an epoch, in an order that changes", () => {
  const epoch = (number: number) => range(250).flatMap((i) => batchIndices(draw, number * 250 + i));
  const [first, second] = [epoch(0), epoch(1)];
  assertEquals(first.toSorted((a, b) => a - b), range(1000));
  assertEquals(second.toSorted((a, b) => a - b), range(1000));
  assertNotEquals(first, second);
});

Deno.test("a batch is a pure function of seed, stream and number, and differs with each", () => {
  const batch = batchIndices(draw, 123_456);
  assertEquals(batchIndices({ ...draw }, 123_456), batch);
  assertNotEquals(batchIndices(draw, 123_457), batch);
  assertNotEquals(batchIndices({ ...draw, seed: 8 }, 123_456), batch);
  assertNotEquals(batchIndices({ ...draw, stream: "discriminator" }, 123_456), batch);
});

Deno.test("draws do not change between versions", () => {
  assertEquals(batchIndices({ ...draw, pairCount: 263_631 }, 0), [183356, 111002, 56949, 216114]);
});

Deno.test("batches run on over the end of an epoch, also of one smaller than a batch", () => {
  const small = { ...draw, pairCount: 6 };
  const drawn = range(3).flatMap((i) => batchIndices(small, i));
  assertEquals(drawn.slice(0, 6).toSorted(), range(6));
  assertEquals(drawn.slice(6).toSorted(), range(6));
  assertEquals(batchIndices({ ...draw, pairCount: 1 }, 5), [0, 0, 0, 0]);
});

Deno.test("over many seeds each place of the shuffle sees each pair equally often", () => {
  for (const count of [5, 16, 60]) {
    const seeds = 400 * count;
    for (const place of [0, count - 1]) {
      const tally = new Array<number>(count).fill(0);
      for (let seed = 0; seed < seeds; seed++) {
        const one = { seed, stream: "generator", batchSize: 1, pairCount: count };
        tally[batchIndices(one, place)[0]]++;
      }
      const chiSquared = tally.reduce((sum, n) => sum + (n - 400) ** 2 / 400, 0);
      // Mean count - 1, variance 2 (count - 1): five deviations above the mean.
      assertLess(chiSquared, count - 1 + 5 * Math.sqrt(2 * (count - 1)));
    }
  }
});

Deno.test("successive draws are not correlated", () => {
  const count = 263_631;
  const values = range(5000).flatMap((i) => batchIndices({ ...draw, pairCount: count }, i));
  const centred = values.map((value) => value / count - 0.5);
  const correlation = centred.slice(1).reduce((sum, v, i) => sum + v * centred[i], 0) /
    (centred.length / 12);
  assertLess(Math.abs(correlation), 5 / Math.sqrt(centred.length));
});

Deno.test("drawing from no pairs is refused", () => {
  for (const pairCount of [0, -1, 1.5, 2 ** 33]) {
    assertThrows(() => batchIndices({ ...draw, pairCount }, 0), RangeError, `${pairCount} pairs`);
  }
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
