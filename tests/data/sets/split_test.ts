import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { dealPeople } from "../../../data/sets/split.ts";

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 40 });

Deno.test("everybody gets one split, whatever the order; both get people where there are several", () => {
  fc.assert(
    fc.property(names, fc.nat(1000), fc.constantFrom(0, 0.1, 0.5, 0.9), (people, seed, share) => {
      const dealt = dealPeople(people.concat(people), share, seed);
      assertEquals([...dealt.keys()].sort(), people.toSorted());
      assertEquals(new Map(dealPeople(people.toReversed(), share, seed)), dealt);
      const tested = [...dealt.values()].filter((split) => split === "test").length;
      if (people.length > 1 && share > 0) {
        assert(tested >= 1 && tested < people.length, `${tested} of ${people.length}`);
        assert(Math.abs(tested - share * people.length) <= 1);
      } else assertEquals(tested, 0);
    }),
    { seed: 5, numRuns: 100 },
  );
});

Deno.test("another seed tests others; one more person moves hardly anybody", () => {
  const people = Array.from({ length: 200 }, (_, i) => `person ${i}`);
  const tested = (people: string[], seed: number) =>
    new Set(people.filter((person) => dealPeople(people, 0.2, seed).get(person) === "test"));
  assertNotEquals(tested(people, 1), tested(people, 2));
  const before = tested(people, 1), after = tested([...people, "one more"], 1);
  assertGreater(before.intersection(after).size, 38);
});
