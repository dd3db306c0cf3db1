import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { SteadyJoints } from "../../pose/steady.ts";

const FPS = 20;

/** What becomes of a joint's way along x, in pictures of 100 rows. */
function filtered(way: readonly (number | null)[]): (number | null)[] {
  const steady = new SteadyJoints(100);
  return way.map((x, i) => steady.add([x === null ? null : { x, y: 0 }], i / FPS)[0]?.x ?? null);
}

Deno.test("SteadyJoints: a joint at rest trembles less than a third as much", () => {
  const trembling = Array.from({ length: 60 }, (_, i) => 50 + (i % 2 ? 0.5 : -0.5));
  const after = filtered(trembling).slice(10) as number[];
  assertLess(Math.max(...after) - Math.min(...after), 1 / 3);
  assertAlmostEquals(after.at(-1)!, 50, 0.4);
});

Deno.test("SteadyJoints: a joint that moves fast lags by less than a picture", () => {
  const perPicture = 5; // a height a second
  const moving = Array.from({ length: 20 }, (_, i) => perPicture * i);
  assertLess(moving.at(-1)! - filtered(moving).at(-1)!, perPicture);
});

Deno.test("SteadyJoints: a joint that is not seen is held for a moment, then missing; then begins anew", () => {
  const way = [10, ...Array(20).fill(null), 90];
  const after = filtered(way);
  assertEquals(after.slice(0, 13), Array(13).fill(10));
  assertEquals(after.slice(13, 21), Array(8).fill(null));
  assertEquals(after[21], 90);
});
