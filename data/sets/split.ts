/** Who is for training, and who for testing. */
import type { Split } from "../types.ts";
import { identify } from "./identity.ts";
import type { Located } from "./layout.ts";
import { type Lists, splits } from "./lists.ts";
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

/**
 * Which pictures each split has: as their folders or the authors' lists say; elsewhere people stay
 * where our lists or the pictures in other folders have them, and others are drawn.
 * @throws Error where folders of both splits have the same person.
 */
export function dealPictures(
  pictures: readonly Located[],
  lists: Lists,
  { testShare, seed }: { readonly testShare: number; readonly seed: number },
): Record<Split, Located[]> {
  const theirs = splits.filter((split) => lists[split]?.isTheirs);
  const free = pictures.filter(({ split }) => split === null);
  const people = dealPeople(free.map(personIn), testShare, seed);
  for (const split of splits) {
    for (const name of lists[split]?.table.names ?? []) people.set(personIn({ name }), split);
    const placed = pictures.filter((picture) => picture.split === split);
    for (const picture of placed) people.set(personIn(picture), split);
  }
  const splitOf = (picture: Located) => {
    const { name, split } = picture;
    const listed = theirs.find((each) =>
      (split ?? each) === each && lists[each]?.table.indexOf(name) !== null
    );
    if (listed) return listed;
    if (split !== null) return theirs.includes(split) ? null : split;
    return theirs.length > 0 ? null : people.get(personIn(picture));
  };
  const { train = [], test = [] } = Object.groupBy(pictures, (each) => splitOf(each) ?? "none");
  if (theirs.length === 0) requireApart(train, test);
  return { train, test };
}

/** Whoever is trained on can't be tested on. */
function requireApart(train: readonly Located[], test: readonly Located[]): void {
  const trained = new Map(train.map((picture) => [personIn(picture), picture]));
  trained.delete("");
  const twice = test.find((picture) => trained.has(personIn(picture)));
  if (!twice) return;
  const person = personIn(twice);
  throw new Error(
    `${person} is in both splits: ${trained.get(person)!.path} and ${twice.path}; move one of them`,
  );
}

/** Empty for what is nobody. */
function personIn({ name }: { readonly name: string }): string {
  return identify(name)?.person ?? "";
}
