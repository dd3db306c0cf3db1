/** Who is in a picture, by the picture's name. */

/** In-shop's names, flattened as the authors did: `fasionWOMENDressesid0000000202_1front.jpg`. */
const inShop = /^fash?ion(MEN|WOMEN)([A-Za-z_]+)id_?(\d{8})(\d\d)_([^/]+)$/;
/** Market-1501's identities of people that are in no query, and of what is nobody. */
const distractors: readonly string[] = ["-1", "0000"];

export interface PictureIdentity {
  /** Never in both splits. In-shop tells items of clothing apart, not who wears them. */
  readonly person: string;
  /** Pictures with the same outfit make pairs: of one person, and in In-shop in one colour of the item. */
  readonly outfit: string;
}

/**
 * The identity that a picture's name stands for: `fasionWOMENDressesid0000000202_1front.jpg` the item
 * WOMEN, Dresses, 00000002 in its colour 02; `ANNA/1.jpg` the person ANNA; `0002_c1s1.jpg` the person
 * 0002. Null for Market-1501's distractors, -1 and 0000.
 */
export function identify(name: string): PictureIdentity | null {
  const item = inShop.exec(name);
  if (item) {
    const [, gender, category, id, colour] = item;
    const person = [gender, category.replaceAll("_", ""), id].join(" ");
    return { person, outfit: `${person} ${colour}` };
  }
  const [person] = name.split(name.includes("/") ? "/" : "_", 1);
  return distractors.includes(person) && !name.includes("/") ? null : { person, outfit: person };
}

/** One spelling for the names of In-shop's pictures, which differ between projects; others as they are. */
export function canonicalName(name: string): string {
  const item = inShop.exec(name);
  if (!item) return name;
  const [, gender, category, id, colour, view] = item;
  return `fasion${gender}${category.replaceAll("_", "")}id${id}${colour}_${view}`;
}
