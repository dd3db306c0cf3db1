import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { human } from "../../pose/skeleton.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Joints } from "../../pose/types.ts";
import { LivePoses } from "../../repose/live_poses.ts";
import { readyPose } from "../../web/ready_poses.ts";

const frame = { width: 64, height: 128 };
const camera = { width: 320, height: 240 };
const person = readyPose("Stand", frame);
const at = (joints: Joints, name: string) => joints[human.joints.indexOf(name)]!;

/** The person before the camera, `aside` pixels from its middle. */
const seen = (joints: Joints, aside = 0) => transformJoints(joints, 1.5, 100 + aside, 30);

Deno.test("LivePoses: somebody who stands as the person does, elsewhere and at another size, is the person", () => {
  const live = new LivePoses(camera, frame, person);
  const pose = live.next(seen(person), 0)!;
  pose.forEach((point, i) => {
    assertAlmostEquals(point!.x, person[i]!.x, 0.01, human.joints[i]);
    assertAlmostEquals(point!.y, person[i]!.y, 0.01, human.joints[i]);
  });
});

Deno.test("LivePoses: the hips follow the camera, and come back after a while", () => {
  const live = new LivePoses(camera, frame, person);
  const [home] = [0, 0.1].map((time) => at(live.next(seen(person), time)!, "neck").x);
  let moved = home;
  for (let t = 0.2; t < 0.7; t += 0.1) moved = at(live.next(seen(person, 15), t)!, "neck").x;
  assert(moved > home + 6 && moved < home + 10, `${home} ${moved}`);
  for (let t = 0.7; t < 20; t += 0.1) moved = at(live.next(seen(person, 15), t)!, "neck").x;
  assertAlmostEquals(moved, home, 0.3);
});

Deno.test("LivePoses: who sits at a desk gets hips and the person's own legs", () => {
  const live = new LivePoses(camera, frame, person);
  const upper = seen(person).map((point, i) =>
    /hip|knee|ankle/.test(human.joints[i]) ? null : point
  );
  const pose = live.next(upper, 0)!;
  assertEquals(pose.filter((point) => !point), []);
  for (const name of ["left ankle", "right knee"]) {
    const { x, y } = at(pose, name), own = at(person, name);
    assertLess(Math.hypot(x - own.x, y - own.y), 0.02);
  }
});

Deno.test("LivePoses: without shoulders there is nobody", () => {
  const live = new LivePoses(camera, frame, person);
  const noShoulder = seen(person).map((point, i) =>
    human.joints[i] === "left shoulder" ? null : point
  );
  assertEquals(live.next(noShoulder, 0), null);
  assertEquals(live.next(person.map(() => null), 1), null);
});
