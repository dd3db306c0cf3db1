import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { storedFloat32 } from "../../../engine/safetensors.ts";
import {
  lookable,
  personSquare,
  PoseEstimator,
  SEEN,
} from "../../../networks/movenet/estimator.ts";
import { parseGraphWeights } from "../../../networks/formats/graph_weights.ts";
import { human } from "../../../pose/skeleton.ts";
import { patternPicture } from "../../data/fixtures.ts";
import { device } from "../../op_check.ts";
import { toyModel } from "./toy_model.ts";

const picture = patternPicture(31, 20);
const estimatorOf = (...given: Parameters<typeof toyModel>) =>
  PoseEstimator.from(device, parseGraphWeights(toyModel(...given)));

Deno.test("personSquare: holds the joints that were seen, with a margin", () => {
  const at = (x: number, y: number, score = 0.9) => ({ x, y, score });
  const seen = [at(10, 20), at(30, 60, SEEN), at(12, 40)];
  const square = { left: -5, top: 15, size: 50 };
  assertEquals(personSquare(seen), square);
  assertEquals(personSquare([...seen, at(500, 500, 0.2)]), square);
  assertEquals(personSquare(seen.slice(1)), null, "two joints are nobody");
  assertEquals(personSquare([at(3, 4), at(3, 4), at(3, 4)]), { left: 2.5, top: 3.5, size: 1 });
});

Deno.test("lookable: only what a GPU may not bind is shrunk, in its proportions", () => {
  assertEquals(lookable(picture), picture);
  const large = { width: 88_001, height: 501, pixels: new Uint8Array(88_001 * 501 * 3) };
  const { width, height, pixels } = lookable(large);
  assertEquals([width, height, pixels.length], [2048, 12, 2048 * 12 * 3]);
});

Deno.test("estimator: joints in pixels from centres, the neck between the shoulders, others missing", async () => {
  const { joints, scores } = await estimatorOf(0.8, ["left ear"]).estimate(picture);
  human.joints.forEach((name, i) => {
    if (name === "left ear") return assertEquals(joints[i], null);
    // The middle of the picture is the middle of both squares.
    assertAlmostEquals(joints[i]!.x, 15, 1e-4, name);
    assertAlmostEquals(joints[i]!.y, 9.5, 1e-4, name);
    assertAlmostEquals(scores[i], 0.8, 1e-5);
  });
});

Deno.test("estimator: people are none or one where there is one centre, the one of estimate", async () => {
  const estimator = estimatorOf(0.8, ["left ear"]);
  assertEquals(await estimator.people(picture), [await estimator.estimate(picture)]);
  assertEquals(await estimatorOf(SEEN - 0.01).people(picture), []);
});

Deno.test("estimator: without a shoulder there is no neck, and its score is the lower one", async () => {
  const { joints, scores } = await estimatorOf(0.8, ["left shoulder"]).estimate(picture);
  const missing = human.joints.filter((_, i) => joints[i] === null);
  assertEquals(missing, ["neck", "left shoulder"]);
  assertAlmostEquals(scores[human.joints.indexOf("neck")], 0.01, 1e-5);
});

Deno.test("estimator: nobody seen, all joints missing; the threshold is the caller's", async () => {
  const nobody = human.joints.map(() => null);
  assertEquals((await estimatorOf(SEEN - 0.01).estimate(picture)).joints, nobody);
  const estimator = estimatorOf(0.6);
  assertEquals((await estimator.estimate(picture, 0.7)).joints, nobody);
  assertEquals((await estimator.estimate(picture, 0.5)).joints.includes(null), false);
});

Deno.test("estimator: pictures that are asked for at once do not mix", async () => {
  const estimator = estimatorOf(0.8);
  const poses = await Promise.all(
    [3, 9, 40].map((width) => estimator.estimate(patternPicture(width, width))),
  );
  poses.forEach(({ joints: [nose] }, i) => assertAlmostEquals(nose!.x, [1, 4, 19.5][i], 1e-4));
});

Deno.test("estimator: weights of another network and a broken picture are refused", async () => {
  const toy = toyModel(0.8);
  const without = (name: string) => {
    const weights = new Map(parseGraphWeights(toy));
    weights.delete(name);
    return () => PoseEstimator.from(device, weights);
  };
  assertThrows(
    without("truediv_2_recip"),
    Error,
    "MoveNet: truediv_2_recip is missing; give movenet-lightning",
  );
  assertThrows(
    without("conv2d/BiasAdd/ReadVariableOp"),
    Error,
    "MoveNet: conv2d/BiasAdd/ReadVariableOp is missing; give movenet-lightning",
  );
  const weights = new Map(parseGraphWeights(toy));
  weights.set("model/block_3_expand/Conv2D_bn_offset", storedFloat32(new Float32Array(5), [5]));
  assertThrows(() => PoseEstimator.from(device, weights), RangeError, "bias [5] must be [4]");
  await assertRejects(
    () => estimatorOf(0.8).estimate({ ...picture, width: 30 }),
    RangeError,
    "cropAndResize: words [465] must be [450]",
  );
});
