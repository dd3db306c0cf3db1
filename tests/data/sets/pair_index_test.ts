import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { PairIndex } from "../../../data/sets/pair_index.ts";

Deno.test("PairIndex numbers the ordered pairs that loops would list", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 8 }), (sizes) => {
      const listed = sizes.flatMap((size, group) =>
        range(size).flatMap((source) =>
          range(size).filter((target) => target !== source)
            .map((target) => ({ group, source, target }))
        )
      );
      const index = new PairIndex(sizes);
      assertEquals(index.count, listed.length);
      assertEquals(range(index.count).map((i) => index.at(i)), listed);
    }),
    { seed: 3, numRuns: 100 },
  );
});

Deno.test("PairIndex finds pairs of a large set without listing them", () => {
  const index = new PairIndex(Array(1_000_000).fill(30));
  assertEquals(index.count, 870_000_000);
  assertEquals(index.at(870 * 765_432 + 29 * 3 + 3), { group: 765_432, source: 3, target: 4 });
});

Deno.test("PairIndex refuses a number that is no pair's", () => {
  const index = new PairIndex([2, 1]);
  for (const wrong of [-1, 2, 0.5, NaN]) {
    assertThrows(() => index.at(wrong), RangeError, `pair ${wrong} does not exist: there are 2`);
  }
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
