import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { recolourPair } from "../../data/recolour.ts";
import { blankPicture } from "../../data/pictures/picture.ts";
import type { Colour } from "../../data/types.ts";

const size = { width: 1, height: 1 };
const sample = (colour: Colour) => ({ name: "", picture: blankPicture(size, colour), joints: [] });

/** A source's and a target's colour in the colours of `key`. */
function recoloured(source: Colour, target: Colour, key: number): number[][] {
  const pair = recolourPair({ source: sample(source), target: sample(target) }, key);
  return [pair.source, pair.target].map(({ picture }) => [...picture.pixels]);
}

Deno.test("recolour: what looked the same in both pictures still does, and other keys look otherwise", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(fc.tuple(byte, byte, byte), fc.nat(), (colour, key) => {
    const [source, target] = recoloured(colour, colour, key);
    assertEquals(source, target);
  }));
  assertNotEquals(
    recoloured([200, 100, 50], [0, 0, 0], 1),
    recoloured([200, 100, 50], [0, 0, 0], 2),
  );
});

Deno.test("recolour: grey stays grey, black black, and the colour between two stays between them", () => {
  fc.assert(fc.property(fc.nat(), (key) => {
    const [[red, green, blue], black] = recoloured([100, 100, 100], [0, 0, 0], key);
    assertEquals([red, green, blue], [red, red, red]);
    assert(red >= 70 && red <= 130, `brightness ${red}`);
    assertEquals(black, [0, 0, 0]);
    const [one, other] = recoloured([100, 80, 110], [90, 100, 80], key);
    const [between] = recoloured([95, 90, 95], [0, 0, 0], key);
    between.forEach((value, i) => assert(Math.abs(value - (one[i] + other[i]) / 2) <= 1));
  }));
});
