import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { isInside } from "../../pose/formats/inside.ts";
import { formatOpenPose } from "../../pose/formats/openpose_write.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Point } from "../../pose/types.ts";
import { poseInFile, poseInPhoto } from "../../web/poses_in_files.ts";
import { readyPose } from "../../web/ready_poses.ts";
import { sentenceOf } from "../../web/sentences.ts";

const frame = { width: 32, height: 64 };
const pose = readyPose("From behind", frame).map((point) =>
  point && { x: Math.round(100 * point.x) / 100, y: Math.round(100 * point.y) / 100 }
);

Deno.test("a pose file that fits the frame comes back as it was saved", () => {
  assertEquals(poseInFile(formatOpenPose(pose), "pose.json", frame), pose);
});

Deno.test("a pose of a larger picture is scaled into the frame", () => {
  const large = transformJoints(pose, 9, 200, 100);
  const fitted = poseInFile(formatOpenPose(large), "pose.json", frame);
  for (const point of fitted) assert(point === null || isInside(point, frame));
  const slope = ([a, b]: Point[]) => (a.y - b.y) / (a.x - b.x);
  const ends = (joints: typeof fitted) => [joints[2]!, joints[13]!];
  assertAlmostEquals(slope(ends(fitted)), slope(ends(large)), 1e-6);
});

Deno.test("a file or photo without a whole pose is refused by its name", () => {
  assertThrows(() => poseInFile("{", "p.json", frame), Error, "p.json is not JSON");
  const noHip = pose.map((point, i) => i === 11 ? null : point);
  assertThrows(() => poseInPhoto(noHip, "me.jpg", frame), Error, "not seen: left hip");
});

Deno.test("what a GPU reports becomes advice", () => {
  assertMatch(sentenceOf(new Error("GPU error near conv2d: Out of memory")), /close other tabs/);
  assertMatch(sentenceOf(new Error("GPU error near x: the GPU was lost: gone")), /stopped working/);
  assertEquals(sentenceOf(new Error("cat.txt does not open")), "cat.txt does not open");
});
