/** Whose pose is meant where a picture shows several people. */
import { human } from "../pose/skeleton.ts";
import type { Joints } from "../pose/types.ts";

/** The largest of the people that were found; without any joints where there are none. */
export function largestOf(people: readonly Joints[]): Joints {
  return people[0] ?? human.joints.map(() => null);
}

/**
 * The person of a number, 1 for the largest; without any joints where nobody was found.
 * @throws RangeError that begins with `name` where there are fewer people
 */
export function personOf(name: string, people: readonly Joints[], number: number): Joints {
  if (number <= Math.max(1, people.length)) return people[number - 1] ?? largestOf(people);
  const shown = people.length === 1 ? "1 person" : `${people.length} people`;
  throw new RangeError(`${name} shows ${shown}: there is no --person ${number}`);
}

/** What is said of a picture of several people; null of others. */
export function crowdNote(name: string, count: number, number = 1): string | null {
  if (count < 2) return null;
  const taken = number === 1 ? "the largest" : `number ${number} by size`;
  return `${name} shows ${count} people: ${taken} is taken`;
}
