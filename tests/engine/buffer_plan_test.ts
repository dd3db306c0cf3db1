import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Lifetime, planBuffers } from "../../engine/buffer_plan.ts";

const lifetime = fc.record({
  bytes: fc.integer({ min: 1, max: 1000 }),
  first: fc.nat(30),
  length: fc.nat(10),
}).map(({ bytes, first, length }): Lifetime => ({ bytes, first, last: first + length }));

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The most bytes that are alive at one command: no plan takes fewer. */
function highWaterMark(lifetimes: readonly Lifetime[]): number {
  return Math.max(
    0,
    ...lifetimes.map(({ first: at }) =>
      sum(
        lifetimes.filter(({ first, last }) => first <= at && at <= last).map(({ bytes }) => bytes),
      )
    ),
  );
}

Deno.test("buffer plan: who shares a slot never meets, and fits into it", () => {
  fc.assert(
    fc.property(fc.array(lifetime, { maxLength: 40 }), (lifetimes) => {
      const { slots, slotBytes } = planBuffers(lifetimes);
      assertEquals(slots.length, lifetimes.length);
      lifetimes.forEach((a, i) => {
        assert(slotBytes[slots[i]] >= a.bytes);
        lifetimes.slice(0, i).forEach((b, j) => {
          assert(slots[i] !== slots[j] || a.last < b.first || b.last < a.first, `${i} meets ${j}`);
        });
      });
      const total = sum(slotBytes);
      assert(total <= sum(lifetimes.map(({ bytes }) => bytes)));
      assert(total >= highWaterMark(lifetimes));
    }),
    { seed: 1, numRuns: 300 },
  );
});

Deno.test("buffer plan: takes the high-water mark for equal sizes, nested and disjoint lives", () => {
  fc.assert(
    fc.property(fc.array(lifetime, { maxLength: 40 }), (drawn) => {
      const inOrder = drawn.toSorted((a, b) => a.first - b.first);
      const equal = inOrder.map((life) => ({ ...life, bytes: 64 }));
      const nested = drawn.map((life, i) => ({ ...life, first: i, last: 100 - i }));
      const disjoint = drawn.map((life, i) => ({ ...life, first: i, last: i }));
      for (const lifetimes of [equal, nested, disjoint]) {
        assertEquals(sum(planBuffers(lifetimes).slotBytes), highWaterMark(lifetimes));
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});

Deno.test("buffer plan: a chain of any length takes two buffers", () => {
  const chain = Array.from({ length: 50 }, (_, i) => ({ bytes: 16, first: i, last: i + 1 }));
  assertEquals(planBuffers(chain).slotBytes, [16, 16]);
});

Deno.test("buffer plan: what nobody uses takes no slot of its own", () => {
  const used = { bytes: 16, first: 0, last: 3 };
  assertEquals(planBuffers([used, { bytes: 8, first: 0, last: -1 }]).slotBytes, [16]);
});
