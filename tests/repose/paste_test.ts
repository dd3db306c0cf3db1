import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { pasteBack } from "../../repose/paste.ts";
import {
  jointsInView,
  keepInside,
  personView,
  pictureInView,
  wholeView,
} from "../../repose/view.ts";
import { blankPicture } from "../../data/pictures/picture.ts";
import type { Picture } from "../../data/types.ts";
import { personMask } from "../../pose/person_mask.ts";
import { human } from "../../pose/skeleton.ts";
import { transformJoints } from "../../pose/transform.ts";
import { patternPicture, pixel } from "../data/fixtures.ts";
import { personAt } from "./files/studio.ts";

const frame = { width: 64, height: 128 };
const size = { width: 130, height: 150 };
const here = personAt(25, 25), moved = transformJoints(here, 1, 14, 0);
const view = keepInside(personView([here, moved], frame), size);
const people = [here, moved].map((joints) => jointsInView(joints, view));
const masks = [here, moved].map((joints) => personMask(joints, size, human));

/** Whether somebody is within `reach` pixels to each side of each pixel of the photo. */
function isSomebodyNear(reach: number): (x: number, y: number) => boolean {
  const near = new Set<number>();
  masks.forEach((mask) =>
    mask.forEach((value, at) => {
      if (value === 0) return;
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) near.add(at + dy * size.width + dx);
      }
    })
  );
  return (x, y) => near.has(y * size.width + x);
}

/** A photo of a slow slope of colours, with some brightness on the people of these masks. */
function slope(brighter: number, light = 0): Picture {
  const pixels = Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => {
    const at = Math.floor(i / 3);
    const isPerson = masks.some((mask) => mask[at] === 1);
    return at % size.width / 2 + 20 * (i % 3) + light + (isPerson ? brighter : 0);
  });
  return { ...size, pixels };
}

Deno.test("pasteBack: outside the shape of both people every byte stays, also inside the view", () => {
  const photo = patternPicture(size.width, size.height);
  const result = pasteBack(photo, patternPicture(64, 128, 7), view, people);
  const isNear = isSomebodyNear(15);
  let inView = 0;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      if (isNear(x, y)) continue;
      assertEquals(pixel(result, x, y), pixel(photo, x, y), `(${x}, ${y})`);
      const { left, top, width, height } = view.box;
      if (x >= left && x < left + width && y >= top && y < top + height) inView++;
    }
  }
  assert(inView > 200, `only ${inView} pixels of the view lie outside the shape`);
  assertEquals(photo, patternPicture(size.width, size.height), "the original was changed");
});

Deno.test("pasteBack: both people are covered by what was painted", () => {
  const photo = slope(0);
  const result = pasteBack(photo, pictureInView(slope(100), view), view, people);
  for (const [i, joints] of [here, moved].entries()) {
    for (const point of joints) {
      if (!point) continue;
      const [was, is] = [photo, result].map((picture) => pixel(picture, point.x, point.y)[0]);
      assert(is > was + 60, `person ${i} at (${point.x}, ${point.y}): ${is} over ${was}`);
    }
  }
});

Deno.test("pasteBack: what was painted in another light takes the photo's", () => {
  const photo = slope(0);
  const result = pasteBack(photo, pictureInView(slope(0, 60), view), view, people);
  const off = result.pixels.map((value, i) => Math.abs(value - photo.pixels[i]));
  assert(Math.max(...off) <= 3, `${Math.max(...off)}`);
});

Deno.test("pasteBack: a picture of the model's size, and frames of other sizes", () => {
  for (const height of [64, 128, 256]) {
    const own = { width: height / 2, height };
    const joints = transformJoints(here, height / 150, 0, 0);
    const photo = blankPicture(own, [90, 90, 90]);
    const result = pasteBack(photo, patternPicture(own.width, height), wholeView(own), [joints]);
    assertEquals(pixel(result, own.width - 1, 0), [90, 90, 90]);
    const nose = joints[human.joints.indexOf("nose")]!;
    assertNotEquals(pixel(result, Math.round(nose.x), Math.round(nose.y)), [90, 90, 90]);
  }
});
