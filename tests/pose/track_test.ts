import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { holdMissing, smoothOverTime } from "../../pose/track.ts";
import type { Joints } from "../../pose/types.ts";

const at = (x: number, y = 0) => ({ x, y });

Deno.test("a missing joint stays where it was seen last, and before that where it is seen first", () => {
  const frames: Joints[] = [
    [null, at(1), null],
    [at(5, 6), null, null],
    [null, null, null],
    [at(7, 8), at(2), null],
    [null, at(3), null],
  ];
  assertEquals(holdMissing(frames), [
    [at(5, 6), at(1), null],
    [at(5, 6), at(1), null],
    [at(5, 6), at(1), null],
    [at(7, 8), at(2), null],
    [at(7, 8), at(3), null],
  ]);
  assertEquals(holdMissing([]), []);
});

Deno.test("smoothing weighs frames by a Gaussian of their distance in time", () => {
  const frames: Joints[] = [at(0), at(0), at(0), at(1, 2), at(0), at(0), at(0)].map((p) => [p]);
  const smooth = smoothOverTime(frames, 1);
  const bell = (t: number) => Math.exp(-t * t / 2);
  const total = bell(0) + 2 * (bell(1) + bell(2) + bell(3));
  assertAlmostEquals(smooth[3][0]!.x, 1 / total, 1e-12);
  assertAlmostEquals(smooth[3][0]!.y, 2 / total, 1e-12);
  assertAlmostEquals(smooth[4][0]!.x, bell(1) / (total - bell(3)), 1e-12);
  assertEquals(smoothOverTime(frames, 0), frames);
});

Deno.test("steady movements stay, trembling becomes less, what is missing stays missing", () => {
  const line = Array.from({ length: 20 }, (_, t): Joints => [at(3 * t, 100 - t), null]);
  smoothOverTime(line, 2).slice(6, -6).forEach(([point, missing], i) => {
    assertAlmostEquals(point!.x, 3 * (i + 6), 1e-9);
    assertEquals(missing, null);
  });
  const tremble = Array.from({ length: 20 }, (_, t): Joints => [at(t % 2)]);
  assert(
    smoothOverTime(tremble, 1).slice(3, -3).every(([point]) => Math.abs(point!.x - 0.5) < 0.02),
  );
  const gap: Joints[] = [[at(4)], [null], [at(4)]];
  assertEquals(smoothOverTime(gap, 1), gap);
});

Deno.test("a smoothed joint stays between the places where it was", () => {
  const xs = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(xs, fc.integer({ min: 1, max: 9 }), (xs, sigma) => {
      const least = Math.min(...xs) - 1e-9, most = Math.max(...xs) + 1e-9;
      for (const [point] of smoothOverTime(xs.map((x) => [at(x)]), sigma)) {
        assert(point!.x >= least && point!.x <= most);
      }
    }),
    { seed: 3, numRuns: 100 },
  );
});
