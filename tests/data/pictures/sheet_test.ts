import { assertEquals, assertThrows } from "@std/assert";
import { blankPicture, crop } from "../../../data/pictures/picture.ts";
import { contactSheet } from "../../../data/pictures/sheet.ts";
import { patternPicture, pixel } from "../fixtures.ts";

Deno.test("contactSheet lays rows out with white between and around", () => {
  const [a, b, c] = [0, 1, 2].map((seed) => patternPicture(5, 3, seed));
  const sheet = contactSheet([[a, b], [c]]);
  assertEquals([sheet.width, sheet.height], [2 + 7 + 7, 2 + 5 + 5]);
  assertEquals(crop(sheet, { left: 2, top: 2, width: 5, height: 3 }), a);
  assertEquals(crop(sheet, { left: 9, top: 2, width: 5, height: 3 }), b);
  assertEquals(crop(sheet, { left: 2, top: 7, width: 5, height: 3 }), c);
  const white = blankPicture({ width: 9, height: 7 }, [255, 255, 255]);
  assertEquals(crop(sheet, { left: 7, top: 5, width: 9, height: 7 }), white);
});

Deno.test("contactSheet enlarges each pixel to a square", () => {
  const picture = patternPicture(2, 2);
  const sheet = contactSheet([[picture]], 3);
  assertEquals([sheet.width, sheet.height], [10, 10]);
  for (const [x, y] of [[0, 0], [2, 2], [3, 1], [5, 5]]) {
    assertEquals(pixel(sheet, 2 + x, 2 + y), pixel(picture, Math.floor(x / 3), Math.floor(y / 3)));
  }
});

Deno.test("contactSheet refuses nothing at all, and pictures of several sizes", () => {
  assertThrows(() => contactSheet([[]]), RangeError, "no picture");
  const rows = [[patternPicture(2, 2)], [patternPicture(2, 3)]];
  assertThrows(() => contactSheet(rows), RangeError, "2x3 does not match 2x2");
});
