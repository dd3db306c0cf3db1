import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { KeyedRandom } from "../../data/keyed_random.ts";
import { estimateShares, type Shares } from "../../evaluate/bootstrap.ts";

/** `pairs` numbers, uniform in 0..1. */
function uniform(pairs: number): Shares {
  const random = new KeyedRandom(1, 0, 0);
  return {
    sums: Float64Array.from({ length: pairs }, () => random.next()),
    counts: new Float64Array(pairs).fill(1),
  };
}

Deno.test("bootstrap: the interval of a mean is that of the normal distribution", () => {
  const pairs = 2000;
  const [{ value, low, high }] = estimateShares([uniform(pairs)], 3);
  const deviation = Math.sqrt(1 / 12 / pairs);
  assertAlmostEquals(value!, 0.5, 4 * deviation);
  assertAlmostEquals((high! - low!) / (2 * 1.96 * deviation), 1, 0.1);
  assertAlmostEquals((high! + low!) / 2, value!, 0.3 * deviation);
});

Deno.test("bootstrap: a share is a sum by a sum; what has no count has no value", () => {
  const sums = Float64Array.of(1, 0, 9), counts = Float64Array.of(2, 0, 10);
  const none = { sums: new Float64Array(3), counts: new Float64Array(3) };
  const [share, nothing] = estimateShares([{ sums, counts }, none], 0);
  assertEquals(share.value, 10 / 12);
  assertEquals([share.low, share.high], [0.5, 0.9]);
  assertEquals(nothing, { value: null, low: null, high: null });
});

Deno.test("bootstrap: the seed decides; other columns do not", () => {
  const column = uniform(50), other = { ...column, sums: column.sums.map((sum) => sum * 2) };
  const [alone] = estimateShares([column], 7);
  assertEquals(estimateShares([other, column], 7)[1], alone);
  assert(estimateShares([column], 8)[0].low !== alone.low);
});
