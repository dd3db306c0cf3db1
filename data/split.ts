import type { Split } from "./dataset.ts";
import { hashText } from "./sampler.ts";

/**
 * Deals people to the splits: a `testShare` (0..1) of them for testing, at least one of several and
 * never all. Who is drawn depends on `seed` and the names, not on their order, so that people who
 * join later move few others.
 */
export function dealPeople(
  people: Iterable<string>,
  testShare: number,
  seed: number,
): Map<string, Split> {
  const drawn = [...new Set(people)]
    .map((person) => ({ person, rank: hashText(`${seed}/${person}`) }))
    .sort((a, b) => a.rank - b.rank || (a.person < b.person ? -1 : 1));
  const wanted = testShare === 0 ? 0 : Math.max(1, Math.round(testShare * drawn.length));
  const tested = Math.min(wanted, drawn.length - 1);
  return new Map(drawn.map(({ person }, i) => [person, i < tested ? "test" : "train"]));
}
