import { assert, assertAlmostEquals, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import {
  jointsInView,
  keepInside,
  personView,
  pictureInView,
  shownPart,
  wholeView,
} from "../../repose/view.ts";
import { blankPicture, paste } from "../../data/pictures/picture.ts";
import { isInside } from "../../pose/formats/inside.ts";
import { anyPose, standing } from "../pose/poses.ts";
import { patternPicture, pixel } from "../data/fixtures.ts";

const frame = { width: 64, height: 128 };

Deno.test("the whole view changes nothing", () => {
  const picture = patternPicture(64, 128);
  assertEquals(pictureInView(picture, wholeView(frame)), picture);
  assertEquals(jointsInView(standing, wholeView(frame)), standing);
});

Deno.test("a person's view has the frame's proportions, and room for a whole person", () => {
  // Joints 100 pixels high and 40 wide: 16 pixels of room above, 12 below; 128 high, so 64 wide.
  const view = personView([[{ x: 300, y: 200 }, { x: 340, y: 300 }, null]], frame);
  assertEquals(view, { frame, box: { left: 289, top: 185, width: 64, height: 128 } });
  const [head, foot] = jointsInView([{ x: 300, y: 200 }, { x: 340, y: 300 }], view);
  assertAlmostEquals(head!.y, 16, 1);
  assertAlmostEquals(foot!.y, 116, 1);
  // As wide as high: the width decides.
  const wide = personView([[{ x: 0, y: 0 }, { x: 100, y: 100 }]], frame);
  assertEquals([wide.box.width, wide.box.height], [116, 232]);
});

Deno.test("a person's view shows all joints of all poses, at any scale", () => {
  fc.assert(
    fc.property(anyPose, anyPose, fc.double({ min: 0.5, max: 50, noNaN: true }), (a, b, scale) => {
      const poses = [a, b].map((joints) =>
        joints.map((point) => point && { x: point.x * scale, y: point.y * scale })
      );
      if (poses.flat().every((point) => point === null)) return;
      const view = personView(poses, frame);
      const inFrame = poses.flatMap((joints) => jointsInView(joints, view));
      assert(inFrame.every((point) => point === null || isInside(point, frame)));
      assertLessOrEqual(Math.abs(view.box.height - 2 * view.box.width), 1.5);
    }),
    { seed: 5, numRuns: 100 },
  );
});

Deno.test("a view moves inside the picture where it can, and to its middle where it can't", () => {
  const view = { frame, box: { left: -5, top: 70, width: 20, height: 40 } };
  assertEquals(keepInside(view, { width: 100, height: 100 }).box, {
    ...view.box,
    left: 0,
    top: 60,
  });
  assertEquals(keepInside(view, { width: 10, height: 100 }).box, {
    ...view.box,
    left: -5,
    top: 60,
  });
  const inside = { frame, box: { left: 1, top: 2, width: 20, height: 40 } };
  assertEquals(keepInside(inside, { width: 100, height: 100 }), inside);
});

Deno.test("what a joint marks is where the joint is in the frame", () => {
  const picture = blankPicture({ width: 400, height: 300 }, [0, 0, 0]);
  paste(picture, blankPicture({ width: 9, height: 9 }, [255, 255, 255]), 196, 96);
  const view = { frame, box: { left: 150, top: 10, width: 100, height: 200 } };
  const seen = pictureInView(picture, view);
  const [joint] = jointsInView([{ x: 200, y: 100 }], view);
  assertAlmostEquals(joint!.x, 31.82);
  assertAlmostEquals(joint!.y, 57.42);
  assertEquals(pixel(seen, 32, 57), [255, 255, 255]);
  for (const [x, y] of [[32, 52], [32, 63], [27, 57], [37, 57]]) {
    assertEquals(pixel(seen, x, y)[0], 0);
  }
});

Deno.test("outside the picture its edge goes on", () => {
  const picture = patternPicture(32, 32);
  const view = {
    frame: { width: 32, height: 64 },
    box: { left: 0, top: -20, width: 32, height: 64 },
  };
  const seen = pictureInView(picture, view);
  assertEquals(shownPart(view, picture).inFrame, { left: 0, top: 20, width: 32, height: 32 });
  for (const x of [0, 7, 31]) {
    for (const y of [0, 19, 20]) assertEquals(pixel(seen, x, y), pixel(picture, x, 0));
    for (const y of [51, 63]) assertEquals(pixel(seen, x, y), pixel(picture, x, 31));
  }
});
