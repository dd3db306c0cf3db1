import { assert, assertEquals, assertLessOrEqual, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { fitJoints, fitPicture, letterbox } from "../../../data/pictures/fit.ts";
import { blankPicture, crop, paste } from "../../../data/pictures/picture.ts";
import type { Picture } from "../../../data/types.ts";
import type { Point } from "../../../pose/types.ts";
import { patternPicture, pixel } from "../fixtures.ts";

const frame = { width: 64, height: 128 };

Deno.test("a picture of the frame's size stays as it is", () => {
  const picture = patternPicture(64, 128);
  const box = letterbox(picture, frame);
  assertEquals([box.changed, box.scale, box.offset], [false, 1, { x: 0, y: 0 }]);
  assertStrictEquals(fitPicture(picture, box), picture);
  assertEquals(fitJoints([{ x: 3.5, y: 127 }, null], box), [{ x: 3.5, y: 127 }, null]);
});

Deno.test("a square picture lies in the middle between grey bars, its joints with it", () => {
  const picture = blankPicture({ width: 200, height: 200 }, [9, 99, 199]);
  const box = letterbox(picture, frame);
  assertEquals([box.changed, box.scale, box.offset], [true, 0.32, { x: 0, y: 32 }]);
  const fitted = fitPicture(picture, box);
  assertEquals(fitted.pixels.length, 64 * 128 * 3);
  assertEquals(
    crop(fitted, { left: 0, top: 32, width: 64, height: 64 }),
    blankPicture({ width: 64, height: 64 }, [9, 99, 199]),
  );
  for (const y of [0, 31, 96, 127]) assertEquals(pixel(fitted, 5, y), [128, 128, 128]);
  const [corner, middle] = fitJoints([{ x: -0.5, y: -0.5 }, { x: 99.5, y: 99.5 }], box);
  assertEquals([corner, middle], [{ x: -0.5, y: 31.5 }, { x: 31.5, y: 63.5 }]);
});

Deno.test("a joint stays on what it marks", () => {
  // A white square on black: its centre must be where fitJoints says, to half a pixel.
  const length = fc.integer({ min: 40, max: 300 });
  fc.assert(
    fc.property(length, length, fc.double({ min: 0, max: 1, noNaN: true }), (width, height, t) => {
      const picture = blankPicture({ width, height }, [0, 0, 0]);
      const side = 20, left = Math.floor(t * (width - side)), top = Math.floor(t * (height - side));
      paste(picture, blankPicture({ width: side, height: side }, [255, 255, 255]), left, top);
      const box = letterbox(picture, frame);
      const inner = crop(fitPicture(picture, box), {
        ...box.inner,
        left: box.offset.x,
        top: box.offset.y,
      });
      const centre = centreOfBrightness(inner);
      const [joint] = fitJoints([{ x: left + (side - 1) / 2, y: top + (side - 1) / 2 }], box);
      assert(joint);
      assertLessOrEqual(
        Math.hypot(joint.x - centre.x - box.offset.x, joint.y - centre.y - box.offset.y),
        0.75,
      );
    }),
    { seed: 2, numRuns: 20 },
  );
});

function centreOfBrightness({ width, pixels }: Picture): Point {
  let total = 0, x = 0, y = 0;
  for (let i = 0; i < pixels.length / 3; i++) {
    total += pixels[i * 3];
    x += pixels[i * 3] * (i % width);
    y += pixels[i * 3] * Math.floor(i / width);
  }
  return { x: x / total, y: y / total };
}
