import { assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import fc from "fast-check";
import { blankPicture, crop, paste, resize } from "../../../data/pictures/picture.ts";
import { patternPicture, pixel } from "../fixtures.ts";

Deno.test("crop takes the box's pixels, and paste puts them back", () => {
  const picture = patternPicture(7, 5);
  const part = crop(picture, { left: 2, top: 1, width: 4, height: 3 });
  assertEquals(pixel(part, 0, 0), pixel(picture, 2, 1));
  assertEquals(pixel(part, 3, 2), pixel(picture, 5, 3));
  const canvas = blankPicture(picture, [1, 2, 3]);
  paste(canvas, part, 2, 1);
  assertEquals(crop(canvas, { left: 2, top: 1, width: 4, height: 3 }), part);
  assertEquals(pixel(canvas, 1, 1), [1, 2, 3]);
  assertEquals(pixel(canvas, 6, 1), [1, 2, 3]);
});

Deno.test("crop and paste refuse a box that leaves the picture", () => {
  const picture = patternPicture(7, 5);
  for (const box of [[4, 0, 4, 1], [0, 3, 1, 3], [-1, 0, 2, 2], [0, 0, 0, 1], [0.5, 0, 1, 1]]) {
    const [left, top, width, height] = box;
    assertThrows(() => crop(picture, { left, top, width, height }), RangeError, "inside 7x5");
  }
  assertThrows(() => paste(picture, picture, 1, 0), RangeError, "paste: 7x5 pixels at (1, 0)");
});

Deno.test("resize by hand: growing is bilinear, shrinking weighs by a triangle", () => {
  const ramp = { width: 2, height: 1, pixels: Uint8Array.of(0, 0, 0, 100, 100, 100) };
  const grown = resize(ramp, { width: 4, height: 1 });
  assertEquals([...grown.pixels].filter((_, i) => i % 3 === 0), [0, 25, 75, 100]);
  const spike = {
    width: 4,
    height: 1,
    pixels: Uint8Array.of(0, 0, 0, 70, 70, 70, 0, 0, 0, 0, 0, 0),
  };
  // Centres at 0.5 and 2.5, reach 2: weights 3/4, 3/4, 1/4 over their sum, then 1/4, 3/4, 3/4.
  const shrunk = resize(spike, { width: 2, height: 1 });
  assertEquals([...shrunk.pixels].filter((_, i) => i % 3 === 0), [30, 10]);
});

Deno.test("resize keeps a size as it is, and a constant constant", () => {
  const size = fc.record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(size, size, (from, to) => {
      const picture = patternPicture(from.width, from.height);
      assertEquals(resize(picture, from), picture);
      const red = blankPicture(from, [255, 7, 0]);
      assertEquals(resize(red, to), blankPicture(to, [255, 7, 0]));
    }),
    { seed: 1, numRuns: 50 },
  );
});

Deno.test("resize keeps a picture's mean when it shrinks by a whole factor", () => {
  const picture = patternPicture(96, 64);
  const mean = (pixels: Uint8Array) =>
    pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  const shrunk = resize(picture, { width: 12, height: 8 });
  assertLessOrEqual(Math.abs(mean(shrunk.pixels) - mean(picture.pixels)), 1);
});
