import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fitPoses } from "../../repose/fit_poses.ts";
import { isInside } from "../../pose/formats/inside.ts";
import { formatOpenPose } from "../../pose/formats/openpose_write.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Joints } from "../../pose/types.ts";
import { posesInFile, requireAnchors } from "../../web/poses_in_files.ts";
import { readyPose } from "../../web/ready_poses.ts";
import { sentenceOf } from "../../web/sentences.ts";

const frame = { width: 32, height: 64 };
const pose = readyPose("From behind", frame).map((point) =>
  point && { x: Math.round(100 * point.x) / 100, y: Math.round(100 * point.y) / 100 }
);

Deno.test("a pose file that fits the frame comes back as it was saved", () => {
  const { frames } = posesInFile(formatOpenPose(pose), "pose.json");
  assertEquals(frames, [pose]);
});

Deno.test("a movement in a larger picture is scaled into the frame as one", () => {
  const large = [0, 40].map((aside) => transformJoints(pose, 9, 200 + aside, 100));
  const people = large.map((joints) => JSON.parse(formatOpenPose(joints)));
  const text = JSON.stringify({ fps: 10, frames: [...people, null] });
  const { frames, fps } = posesInFile(text, "track.json");
  assertEquals([frames.length, fps, frames[2]], [3, 10, frames[1]]);
  const fitted = fitPoses(frames, frame, null);
  for (const point of fitted.flat()) assert(point === null || isInside(point, frame));
  const width = (joints: Joints) => joints[5]!.x - joints[2]!.x;
  const scale = width(fitted[0]) / width(large[0]);
  assertAlmostEquals(fitted[1][2]!.x - fitted[0][2]!.x, 40 * scale, 1e-6);
});

Deno.test("a file or photo without a whole pose is refused by its name", () => {
  assertThrows(() => posesInFile("{", "p.json"), Error, "p.json is not JSON");
  const noHip = pose.map((point, i) => i === 11 ? null : point);
  assertThrows(() => requireAnchors(noHip, "me.jpg"), Error, "not seen: left hip");
  assertThrows(() => posesInFile(formatOpenPose(noHip), "p.json"), Error, "p.json shows nobody");
});

Deno.test("what a GPU reports becomes advice", () => {
  assertMatch(sentenceOf(new Error("GPU error near conv2d: Out of memory")), /close other tabs/);
  assertMatch(sentenceOf(new Error("GPU error near x: the GPU was lost: gone")), /stopped working/);
  assertEquals(sentenceOf(new Error("lost.txt does not open")), "lost.txt does not open");
});
