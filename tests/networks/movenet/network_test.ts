import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { readPicture } from "../../../data/pictures/image_file.ts";
import { blankPicture, paste, resize } from "../../../data/pictures/picture.ts";
import { PoseEstimator } from "../../../networks/movenet/estimator.ts";
import { wholeSquare } from "../../../networks/viewer.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Joints } from "../../../pose/types.ts";
import { readPose } from "../../../repose/files/read_poses.ts";
import { device } from "../../op_check.ts";
import { fetchedWeights } from "../fetched_weights.ts";

/** x, y and score that TensorFlow.js 4.22.0 finds with Lightning's graph in the whole of a drawn figure. */
const tensorflow = [
  [0.52310, 0.17240, 0.39006],
  [0.53255, 0.15352, 0.47648],
  [0.50810, 0.14919, 0.46429],
  [0.51977, 0.15397, 0.42003],
  [0.45689, 0.14685, 0.46417],
  [0.51555, 0.23141, 0.60300],
  [0.44012, 0.23097, 0.64530],
  [0.65570, 0.23886, 0.56937],
  [0.34837, 0.25617, 0.66403],
  [0.64415, 0.13015, 0.40748],
  [0.39649, 0.13936, 0.44464],
  [0.51249, 0.50383, 0.76201],
  [0.44363, 0.50274, 0.77830],
  [0.51403, 0.71310, 0.67121],
  [0.44044, 0.71483, 0.78359],
  [0.50043, 0.90506, 0.55291],
  [0.43723, 0.91259, 0.66983],
];

/** Mean distance of joints that both poses have, in pixels. */
function distance(a: Joints, b: Joints): number {
  const ways = a.flatMap((p, i) => p && b[i] ? Math.hypot(p.x - b[i].x, p.y - b[i].y) : []);
  return ways.reduce((sum, way) => sum + way, 0) / ways.length;
}

Deno.test("movenet: of two people side by side both are found, the larger one first, of one person one", async () => {
  const weights = await fetchedWeights("movenet-lightning", "MoveNet");
  if (!weights) return;
  const estimator = PoseEstimator.from(device, weights);
  const folder = new URL("../../../examples/people/", import.meta.url).pathname;
  const posed = async (number: number) => ({
    picture: await readPicture(`${folder}${number}.png`),
    joints: await readPose(`${folder}poses.csv#${number}.png`, null),
  });
  const [small, large] = [await posed(1), await posed(2)];
  assertEquals((await estimator.people(large.picture)).length, 1);
  const half = resize(small.picture, { width: 90, height: 180 }), scale = 180 / 256;
  const both = blankPicture({ width: 90 + 128, height: 256 }, [128, 128, 128]);
  paste(both, half, 0, 70);
  paste(both, large.picture, 90, 0);
  const found = await estimator.people(both);
  assertEquals(found.length, 2);
  const expected = [
    large.joints.map((p) => p && { x: p.x + 90, y: p.y }),
    small.joints.map((p) => p && { x: p.x * scale, y: p.y * scale + 70 }),
  ];
  found.forEach(({ joints }, i) => {
    const pixels = distance(joints, expected[i]);
    assert(pixels < 8, `person ${i + 1} is ${pixels} pixels off in the mean`);
  });
});

/** What the graph multiplies places by at its end: 1/48, stored as float16. */
const FLOAT16_OF_CELL = 0.0208282470703125;

Deno.test("movenet: with the published weights, TensorFlow.js's joints and scores", async () => {
  const weights = await fetchedWeights("movenet-lightning", "MoveNet");
  if (!weights) return;
  const estimator = PoseEstimator.from(device, weights);
  const picture = await readPicture(
    new URL(import.meta.resolve("../../models/figure.png")).pathname,
  );
  const joints = await estimator.look(picture, wholeSquare(picture));
  tensorflow.forEach(([x, y, score], i) => {
    assertAlmostEquals(joints[i].x * 48 * FLOAT16_OF_CELL, x, 2e-5);
    assertAlmostEquals(joints[i].y * 48 * FLOAT16_OF_CELL, y, 2e-5);
    assertAlmostEquals(joints[i].score, score, 1e-4);
  });
  const pose = await estimator.estimate(picture);
  assertEquals(human.joints.filter((_, i) => pose.joints[i] === null), []);
});
