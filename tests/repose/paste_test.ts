import { assert, assertEquals } from "@std/assert";
import { pasteBack } from "../../repose/paste.ts";
import { pictureInView, wholeView } from "../../repose/view.ts";
import { blankPicture } from "../../data/pictures/picture.ts";
import { patternPicture, pixel } from "../data/fixtures.ts";

const frame = { width: 20, height: 40 };
const black = blankPicture({ width: 100, height: 90 }, [0, 0, 0]);
const white = blankPicture(frame, [255, 255, 255]);

Deno.test("what is painted fills the view's box and fades to its edge; the rest stays", () => {
  const view = { frame, box: { left: 30, top: 5, width: 40, height: 80 } };
  const result = pasteBack(black, white, view);
  assertEquals([result.width, result.height], [100, 90]);
  assertEquals(pixel(result, 50, 45), [255, 255, 255]);
  for (const [x, y] of [[29, 45], [70, 45], [50, 4], [50, 85]]) {
    assertEquals(pixel(result, x, y), [0, 0, 0]);
  }
  const across = [30, 31, 32, 33, 34].map((x) => pixel(result, x, 45)[0]);
  assert(across.every((value, i) => value > (across[i - 1] ?? 0)), `${across}`);
  assertEquals(across.map((_, i) => pixel(result, 69 - i, 45)[0]), across);
  assertEquals(pixel(black, 50, 45), [0, 0, 0], "the original was changed");
});

Deno.test("at the picture's own edge nothing fades", () => {
  const result = pasteBack(black, white, {
    frame,
    box: { left: 0, top: -5, width: 50, height: 100 },
  });
  for (const y of [0, 45, 89]) {
    assertEquals(pixel(result, 0, y), [255, 255, 255]);
    assert(pixel(result, 49, y)[0] < 10);
  }
});

Deno.test("a picture of the model's size is replaced", () => {
  const painted = patternPicture(20, 40);
  assertEquals(pasteBack(blankPicture(frame, [0, 0, 0]), painted, wholeView(frame)), painted);
});

Deno.test("what a view shows goes back to where it was", () => {
  const picture = blankPicture({ width: 60, height: 60 }, [0, 0, 0]);
  for (let y = 0; y < 60; y++) {
    for (let x = 0; x < 60; x++) picture.pixels.set([4 * x, 4 * y, 128], (y * 60 + x) * 3);
  }
  for (const [left, top] of [[10, 5], [-7, -30], [30, 0]]) {
    const view = { frame, box: { left, top, width: 50, height: 100 } };
    const result = pasteBack(picture, pictureInView(picture, view), view);
    const off = result.pixels.map((value, i) => Math.abs(value - picture.pixels[i]));
    assert(Math.max(...off) <= 8, `${Math.max(...off)} at (${left}, ${top})`);
  }
});
