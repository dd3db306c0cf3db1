import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { transformJoints } from "../../pose/transform.ts";
import { anyPose, runs } from "./poses.ts";

Deno.test("a picture's edges go to its edges, half a pixel past the outermost centres", () => {
  const edges = [{ x: -0.5, y: -0.5 }, null, { x: 63.5, y: 127.5 }];
  assertEquals(transformJoints(edges, 2, 10, -4), [
    { x: 9.5, y: -4.5 },
    null,
    { x: 137.5, y: 251.5 },
  ]);
});

Deno.test("a transform is undone by its inverse", () => {
  const shift = fc.integer({ min: -99, max: 99 });
  fc.assert(
    fc.property(
      anyPose,
      fc.double({ min: 0.1, max: 9, noNaN: true }),
      shift,
      shift,
      (pose, s, x, y) => {
        const back = transformJoints(transformJoints(pose, s, x, y), 1 / s, -x / s, -y / s);
        pose.forEach((point, i) => {
          assertEquals(back[i] === null, point === null);
          if (point) assertAlmostEquals(back[i]!.x, point.x, 1e-8);
          if (point) assertAlmostEquals(back[i]!.y, point.y, 1e-8);
        });
      },
    ),
    runs,
  );
});
