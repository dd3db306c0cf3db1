import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { isInside } from "../../pose/formats/inside.ts";
import { proportions } from "../../pose/proportions.ts";
import { human, jointNamed } from "../../pose/skeleton.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Joints, Size } from "../../pose/types.ts";
import { fitPoses } from "../../repose/target_poses.ts";
import { shifted, standing, withJoints } from "../pose/poses.ts";

const frame = { width: 64, height: 128 };
/** Smaller, with shorter legs. */
const child = withJoints(transformJoints(standing, 0.6, 12, 40), {
  "right knee": { x: 26, y: 91 },
  "left knee": { x: 35, y: 91 },
  "right ankle": { x: 26, y: 104 },
  "left ankle": { x: 36, y: 104 },
});
/** Somebody large in a large photo, with the arms at rest or raised. */
const large = transformJoints(standing, 7, 300, 200);
const raised = withJoints(large, {
  "right elbow": shifted([jointNamed(human, large, "right shoulder")], { x: -20, y: -120 })[0],
  "right wrist": shifted([jointNamed(human, large, "right shoulder")], { x: -20, y: -230 })[0],
});

const photo = { width: 1000, height: 1500 };

/** As `fitPoses` of poses in pictures of one size. */
function fit(
  poses: readonly Joints[],
  person: Joints | null,
  size: Size = frame,
  movement = poses,
): Joints[] {
  const [placed, all] = [poses, movement].map((poses) => poses.map((joints) => ({ joints, size })));
  return fitPoses(placed, frame, person, frame, all);
}

const heightOf = (joints: Joints) => proportions(human, [joints])!.height;
const pair = (joints: Joints, name: string) =>
  ["right", "left"].map((side) => jointNamed(human, joints, `${side} ${name}`)!);
const ground = (joints: Joints) => Math.max(...pair(joints, "ankle").map(({ y }) => y));
const middle = (joints: Joints) => (pair(joints, "hip")[0].x + pair(joints, "hip")[1].x) / 2;
const ankle = (joints: Joints) => jointNamed(human, joints, "left ankle")!;

function assertNear(actual: Joints, expected: Joints, tolerance: number): void {
  actual.forEach((point, i) => {
    assertAlmostEquals(point!.x, expected[i]!.x, tolerance, human.joints[i]);
    assertAlmostEquals(point!.y, expected[i]!.y, tolerance, human.joints[i]);
  });
}

Deno.test("a pose in the frame keeps its height and its place, and only those", () => {
  const [fitted] = fit([standing], child);
  assertAlmostEquals(heightOf(fitted), heightOf(standing), 2);
  assertNear([ankle(fitted)], [ankle(standing)], 1e-9);
  const legs = (joints: Joints) =>
    (ankle(joints).y - jointNamed(human, joints, "left hip")!.y) / heightOf(joints);
  assert(legs(fitted) < legs(standing) - 0.01);
  assertNear(fit([standing], standing)[0], standing, 1e-9);
  assertNear(fit([standing], null)[0], standing, 1e-9);
});

Deno.test("a pose from elsewhere stands where the person stands, as tall as they", () => {
  const [own] = fit([large], null, photo);
  const [fitted] = fit([large], child, photo);
  assertAlmostEquals(ground(fitted), ground(child), 1e-9);
  assertAlmostEquals(middle(fitted), middle(child), 1e-9);
  assertAlmostEquals(heightOf(fitted), heightOf(child), 2);
  assertNotEquals(heightOf(own), heightOf(child));
  // Even where it would lie in the frame, had it its size.
  const [elsewhere] = fit([standing], child, photo);
  assertAlmostEquals(heightOf(elsewhere), heightOf(child), 2);
  assertAlmostEquals(ground(elsewhere), ground(child), 1e-9);
});

Deno.test("a pose from elsewhere moves no further than the frame has room", () => {
  const atTheEdge = shifted(child, { x: 22, y: 23 });
  const wide = withJoints(large, { "left wrist": { x: 900, y: 600 } });
  const [fitted] = fit([wide], atTheEdge, photo);
  assert(fitted.every((point) => isInside(point!, frame)));
  const right = Math.max(...fitted.map((point) => point!.x));
  assertAlmostEquals(right, frame.width - 1 - 0.04 * frame.width, 1e-9);
  assert(ground(fitted) <= ground(atTheEdge) + 1e-9);
});

Deno.test("a pose from elsewhere keeps its height in the frame where no foot of the person is seen", () => {
  const footless = withJoints(child, { "right ankle": null, "left ankle": null });
  const [fitted] = fit([large], footless, photo);
  assertAlmostEquals(middle(fitted), middle(child), 1e-9);
  assertAlmostEquals(ground(fitted), ground(fit([large], null, photo)[0]), 1e-9);
});

Deno.test("poses of a movement are moved alike", () => {
  const movement = [large, shifted(large, { x: 90, y: -60 })];
  const together = fit(movement, child, photo);
  const [dx, dy] = [
    middle(together[1]) - middle(together[0]),
    ground(together[1]) - ground(together[0]),
  ];
  assertAlmostEquals(dx / dy, 90 / -60, 1e-9);
  assertAlmostEquals(ground(together[0]), ground(child), 1e-9);
  assertAlmostEquals((middle(together[0]) + middle(together[1])) / 2, middle(child), 1e-9);
});

Deno.test("a person who is too large for the frame in a pose is taken closely into it", () => {
  const [own] = fit([raised], null, photo);
  const [fitted] = fit([raised], transformJoints(standing, 1.1, -3, -8), photo);
  assert(fitted.every((point) => isInside(point!, frame)));
  assertNear(fitted, own, 0.6);
});

Deno.test("poses of a movement have one ratio, together or one by one", () => {
  const movement = [large, raised, shifted(large, { x: 90, y: 10 })];
  const together = fit(movement, child, photo);
  const arms = (joints: Joints) => {
    const [from, to] = ["right shoulder", "right elbow"].map((n) => jointNamed(human, joints, n)!);
    return Math.hypot(from.x - to.x, from.y - to.y);
  };
  const ratios = together.map((joints, i) => arms(joints) / arms(movement[i]));
  for (const ratio of ratios) assertAlmostEquals(ratio, ratios[0], 1e-9);
  const alone = movement.map((joints) => fit([joints], child, photo, movement)[0]);
  const shares = alone.map((joints, i) =>
    arms(joints) / (ankle(joints).y - jointNamed(human, joints, "left shoulder")!.y) /
    (arms(movement[i]) /
      (ankle(movement[i]).y - jointNamed(human, movement[i], "left shoulder")!.y))
  );
  for (const share of shares) assertAlmostEquals(share, shares[0], 1e-9);
  assertEquals(fit(movement.slice(0, 1), child, photo, movement), alone.slice(0, 1));
});
