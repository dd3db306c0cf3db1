import { assertEquals, assertThrows } from "@std/assert";
import { openPosePixels } from "../../pose/draw_openpose.ts";
import { human } from "../../pose/skeleton.ts";
import type { Point } from "../../pose/types.ts";

const size = { width: 64, height: 128 };

/** The colour at a point of the picture of a pose that shows the named joints alone. */
function colourAt(seen: Record<string, Point>, { x, y }: Point): number[] {
  const joints = human.joints.map((name) => seen[name] ?? null);
  const at = 3 * (y * size.width + x);
  return [...openPosePixels(joints, size).slice(at, at + 3)];
}

Deno.test("openpose picture: joints and lines have OpenPose's colours, on black", () => {
  const arm = { "right shoulder": { x: 10, y: 20 }, "right elbow": { x: 40, y: 20 } };
  assertEquals(colourAt(arm, arm["right shoulder"]), [255, 170, 0]);
  assertEquals(colourAt(arm, arm["right elbow"]), [255, 255, 0]);
  assertEquals(colourAt(arm, { x: 25, y: 20 }), [153, 102, 0]);
  assertEquals(colourAt(arm, { x: 25, y: 40 }), [0, 0, 0]);
  const places = { nose: [255, 0, 0], "left shoulder": [85, 255, 0], "left ear": [255, 0, 85] };
  for (const [name, colour] of Object.entries(places)) {
    assertEquals(colourAt({ [name]: { x: 30, y: 30 } }, { x: 30, y: 30 }), colour, name);
  }
  assertThrows(() => openPosePixels([], size), RangeError, "18 joints");
});
