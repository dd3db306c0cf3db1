import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { isInside } from "../../pose/formats/inside.ts";
import { formatOpenPose } from "../../pose/formats/openpose_write.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Joints, Size } from "../../pose/types.ts";
import {
  fitPoses,
  posesInDocument,
  requireAnchors,
  steadyPoses,
} from "../../repose/target_poses.ts";
import { parseJson } from "../../pose/formats/pose_json.ts";
import { readyPose } from "../../web/ready_poses.ts";

const frame = { width: 32, height: 64 };
const photo = { width: 640, height: 800 };
const pose = readyPose("From behind", frame).map((point) =>
  point && { x: Math.round(100 * point.x) / 100, y: Math.round(100 * point.y) / 100 }
);

/** The poses of a file that is opened on the page. */
function posesInFile(text: string, file: string) {
  const { poses, fps } = posesInDocument(parseJson(text, file), { file, size: null });
  return { poses: steadyPoses(file, poses, 0), fps };
}

Deno.test("a pose file that fits the frame comes back as it was saved", () => {
  const { poses } = posesInFile(formatOpenPose(pose, frame), "pose.json");
  assertEquals(fitPoses(poses, frame, null), [pose]);
});

Deno.test("a pose file may note the size of its picture", () => {
  const small = pose.map((p) => p && { x: Math.round(p.x / 2), y: Math.round(p.y / 2) });
  const place = (size: Size) => posesInFile(formatOpenPose(small, size), "pose.json").poses;
  assertEquals(place(photo)[0].size, photo);
  assertEquals(fitPoses(place(frame), frame, null), [small]); // in the frame it keeps its place
  const [closely] = fitPoses(place(photo), frame, null);
  assert(closely[1]!.y !== small[1]!.y);
  const text = formatOpenPose(pose, { width: 0, height: 5 });
  assertThrows(() => posesInFile(text, "p.json"), Error, "p.json: canvas_width and canvas_height");
});

Deno.test("a movement in a larger picture is scaled into the frame as one", () => {
  const large = [0, 40].map((aside) => transformJoints(pose, 9, 200 + aside, 100));
  const people = large.map((joints) => JSON.parse(formatOpenPose(joints, photo)));
  const text = JSON.stringify({ fps: 10, frames: [...people, null] });
  const { poses, fps } = posesInFile(text, "track.json");
  assertEquals([poses.length, fps, poses[2].joints], [3, 10, poses[1].joints]);
  const fitted = fitPoses(poses, frame, null);
  for (const point of fitted.flat()) assert(point === null || isInside(point, frame));
  const width = (joints: Joints) => joints[5]!.x - joints[2]!.x;
  const scale = width(fitted[0]) / width(large[0]);
  assertAlmostEquals(fitted[1][2]!.x - fitted[0][2]!.x, 40 * scale, 1e-6);
});

Deno.test("a file or photo without a whole pose is refused by its name", () => {
  assertThrows(() => posesInFile("{", "p.json"), Error, "p.json is not JSON");
  const noHip = pose.map((point, i) => i === 11 ? null : point);
  assertThrows(() => requireAnchors("me.jpg", noHip), Error, "me.jpg lacks left hip: a pose");
  assertThrows(
    () => posesInFile(formatOpenPose(noHip, frame), "p.json"),
    Error,
    "p.json lacks left hip",
  );
});
