import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fitProportions, ofHeight, proportions } from "../../pose/proportions.ts";
import { human, jointNamed, type Skeleton } from "../../pose/skeleton.ts";
import type { Joints, Point } from "../../pose/types.ts";
import { anyPose, anyShift, fish, runs, shifted, standing, swimming, withJoints } from "./poses.ts";

/** The poses as somebody else takes them, with their own height or that of the poses. */
function fitToPerson(
  skeleton: Skeleton,
  poses: readonly Joints[],
  person: Joints,
  height: "person" | "poses",
): Joints[] {
  const from = proportions(skeleton, poses), to = proportions(skeleton, [person]);
  if (!from || !to) return [...poses];
  return fitProportions(skeleton, poses, from, height === "poses" ? ofHeight(to, from.height) : to);
}

const heights = ["person", "poses"] as const;
const anyHeight = fc.constantFrom(...heights);

/** Lengths against the typical ones. */
const bones = ["torso", "shoulders", "hips", "head", "arm", "forearm", "thigh", "shin"] as const;
type Body = Record<typeof bones[number], number>;
const typicalBody: Body = bodyOf(() => 1);

function bodyOf(length: (bone: string) => number): Body {
  return Object.fromEntries(bones.map((bone) => [bone, length(bone)])) as Body;
}

/** Bodies that differ from the typical one as grown people do: each bone by less than 5%. */
const anyBody = fc.tuple(...bones.map(() => fc.double({ min: 0.95, max: 1.05, noNaN: true })))
  .map((lengths) => bodyOf((bone) => lengths[bones.findIndex((name) => name === bone)]));

/** Of right upper arm, forearm, thigh and shin, then of the left ones: turned outwards from hanging. */
const anyAngles = fc.tuple(
  ...Array.from({ length: 8 }, () => fc.double({ min: -1, max: 2, noNaN: true })),
);
const hanging = [0.1, 0.1, 0, 0, 0.1, 0.1, 0, 0];

/** Somebody of `height` pixels, none of whose bones is foreshortened. */
function flatPerson(body: Body, angles: readonly number[], height = 100): Joints {
  const out = (from: Point, angle: number, length: number): Point => ({
    x: from.x + height * length * Math.sin(angle),
    y: from.y + height * length * Math.cos(angle),
  });
  const hips = { x: 50, y: 60 };
  const neck = out(hips, Math.PI, 0.29 * body.torso);
  const face = (angle: number, length: number) => out(neck, Math.PI - angle, length * body.head);
  const at = new Map([["neck", neck], ["nose", face(0, 0.12)]]);
  ["right", "left"].forEach((side, i) => {
    const out2 = (from: Point, angle: number, length: number) =>
      out(from, i === 0 ? -angle : angle, length);
    const [arm, forearm, thigh, shin] = angles.slice(4 * i, 4 * i + 4);
    const shoulder = out2(neck, Math.PI / 2, 0.095 * body.shoulders);
    const elbow = out2(shoulder, arm, 0.168 * body.arm);
    const hip = out2(hips, Math.PI / 2, 0.0475 * body.hips);
    const knee = out2(hip, thigh, 0.243 * body.thigh);
    const points = { shoulder, elbow, hip, knee };
    for (const [name, point] of Object.entries(points)) at.set(`${side} ${name}`, point);
    at.set(`${side} wrist`, out2(elbow, forearm, 0.142 * body.forearm));
    at.set(`${side} ankle`, out2(knee, shin, 0.246 * body.shin));
    at.set(`${side} eye`, face(i === 0 ? -0.15 : 0.15, 0.137));
    at.set(`${side} ear`, face(i === 0 ? -0.5 : 0.5, 0.12));
  });
  return human.joints.map((name) => at.get(name)!);
}

/** The way from one joint to another, null where either is missing. */
function way(joints: Joints, [from, to]: readonly [string, string]): Point | null {
  const a = jointNamed(human, joints, from), b = jointNamed(human, joints, to);
  return a && b && { x: b.x - a.x, y: b.y - a.y };
}

const hip = human.joints.indexOf("right hip");
const feet = ["left ankle", "right ankle"];

function negative({ x, y }: Point): Point {
  return { x: -x, y: -y };
}

function lengthOf(joints: Joints, bone: readonly [string, string]): number {
  const { x, y } = way(joints, bone)!;
  return Math.hypot(x, y);
}

function assertNear(actual: Joints, expected: Joints, tolerance = 1e-9): void {
  assertEquals(actual.map((point) => point === null), expected.map((point) => point === null));
  actual.forEach((point, i) => {
    if (point === null) return;
    assertAlmostEquals(point.x, expected[i]!.x, tolerance, human.joints[i]);
    assertAlmostEquals(point.y, expected[i]!.y, tolerance, human.joints[i]);
  });
}

Deno.test("a person's own pose stays as it is", () => {
  const property = fc.property(anyPose, anyHeight, (pose, height) => {
    assertNear(fitToPerson(human, [pose], pose, height)[0], pose);
  });
  fc.assert(property, runs);
  assertNear(fitToPerson(fish, [swimming], swimming, "person")[0], swimming);
});

Deno.test("bones that no picture foreshortens become the person's, their directions stay", () => {
  const property = fc.property(
    fc.record({ body: anyBody, angles: anyAngles }),
    fc.record({ body: anyBody, angles: anyAngles, height: fc.integer({ min: 20, max: 500 }) }),
    (person, other) => {
      const pose = flatPerson(other.body, other.angles, other.height);
      const [fitted] = fitToPerson(human, [pose], flatPerson(person.body, person.angles), "person");
      const wanted = flatPerson(person.body, other.angles);
      for (const { joints } of human.bones) {
        const is = way(fitted, joints)!, was = way(wanted, joints)!;
        const error = Math.hypot(is.x - was.x, is.y - was.y) / Math.hypot(was.x, was.y);
        assert(error < 0.09, `${joints}: ${error}`);
      }
    },
  );
  fc.assert(property, runs);
});

Deno.test("a bone that differs by more than people usually do comes out so", () => {
  const property = fc.property(
    fc.constantFrom(...bones.filter((bone) => !["torso", "thigh", "shin"].includes(bone))),
    fc.double({ min: 1.2, max: 1.45, noNaN: true }),
    anyAngles,
    (bone, factor, angles) => {
      const usual = flatPerson(typicalBody, angles);
      const unusual = flatPerson({ ...typicalBody, [bone]: factor }, angles);
      const [longer] = fitToPerson(human, [usual], unusual, "person");
      const [shorter] = fitToPerson(human, [unusual], usual, "person");
      for (const { joints } of human.bones) {
        const was = lengthOf(usual, joints), wanted = lengthOf(unusual, joints);
        assertAlmostEquals(lengthOf(longer, joints) / wanted, 1, 0.02, joints.join());
        assertAlmostEquals(lengthOf(shorter, joints) / was, 1, 0.02, joints.join());
      }
    },
  );
  fc.assert(property, runs);
});

Deno.test("a child takes a grown person's pose: a larger head, shorter legs, the same height", () => {
  const child = { ...typicalBody, head: 1.4, thigh: 0.85, shin: 0.85 };
  const grown = flatPerson(typicalBody, hanging);
  const [fitted] = fitToPerson(human, [grown], flatPerson(child, hanging, 60), "poses");
  const change = (bone: readonly [string, string]) =>
    lengthOf(fitted, bone) / lengthOf(grown, bone);
  const torso = change(["neck", "right hip"]);
  assertAlmostEquals(change(["neck", "left eye"]) / torso, 1.4, 0.1);
  assertAlmostEquals(change(["left hip", "left knee"]) / torso, 0.85, 0.06);
  const standingHeight = (joints: Joints) => proportions(human, [joints])!.height;
  assertAlmostEquals(standingHeight(fitted), standingHeight(grown), 1);
});

Deno.test("left and right, and all of a head, stretch alike; foreshortening stays", () => {
  const alike = [
    [["right hip", "right knee"], ["left hip", "left knee"]],
    [["right knee", "right ankle"], ["left knee", "left ankle"]],
    [["right shoulder", "right elbow"], ["left shoulder", "left elbow"]],
    [["right elbow", "right wrist"], ["left elbow", "left wrist"]],
    [["neck", "nose"], ["left eye", "right ear"]],
  ] as const;
  const property = fc.property(anyPose, anyPose, anyHeight, (pose, person, height) => {
    const [fitted] = fitToPerson(human, [pose], person, height);
    for (const [one, other] of alike) {
      const ways = [way(pose, one), way(fitted, one), way(pose, other), way(fitted, other)];
      if (ways.some((way) => way === null)) continue;
      const [a, a2, b, b2] = ways.map((way) => Math.hypot(way!.x, way!.y));
      assertAlmostEquals(a2 * b, a * b2, 1e-9 * (1 + a2 * b), one.join());
    }
  });
  fc.assert(property, runs);
});

Deno.test("no bone stretches more than people differ; nothing is lost, found or NaN", () => {
  const property = fc.property(anyPose, anyPose, (pose, person) => {
    const from = proportions(human, [pose]), to = proportions(human, [person]);
    const [fitted] = fitToPerson(human, [pose], person, "poses");
    assertEquals(fitted.map((point) => point === null), pose.map((point) => point === null));
    assert(fitted.every((point) => point === null || Number.isFinite(point.x + point.y)));
    if (!from || !to) return;
    const ratios = Array.from(from.lengths, ([kind, length]) => to.lengths.get(kind)! / length);
    assert(Math.max(...ratios) / Math.min(...ratios) < 2.7, `${ratios}`);
  });
  fc.assert(property, runs);
});

Deno.test("without a torso, or with all joints in one place, the pose stays as it is", () => {
  const point = human.joints.map(() => ({ x: 7, y: 9 }));
  const noHip = withJoints(standing, { "left hip": null });
  const nobody = human.joints.map(() => null);
  for (const height of heights) {
    for (const strange of [point, noHip, nobody]) {
      assertEquals(fitToPerson(human, [strange], standing, height), [strange]);
      assertEquals(fitToPerson(human, [standing], strange, height), [standing]);
    }
    const small = flatPerson(typicalBody, hanging, 50);
    const frames = fitToPerson(human, [noHip, small, point], standing, height);
    assertEquals(frames[0], noHip);
    assert(frames.flat().every((p) => p === null || Number.isFinite(p.x + p.y)));
  }
  assertEquals(proportions(human, []), null);
  assertEquals(fitToPerson(human, [], standing, "person"), []);
  assertThrows(() => fitToPerson(human, [swimming], standing, "person"), RangeError, "has 18");
});

Deno.test("the result moves with the pose and grows with the person", () => {
  const anyScale = fc.integer({ min: -3, max: 3 }).map((power) => 2 ** power);
  const scaled = (joints: Joints, scale: number) =>
    joints.map((point) => point && { x: point.x * scale, y: point.y * scale });
  const property = fc.property(
    fc.tuple(anyPose, anyPose, anyShift, anyShift, anyScale),
    ([pose, person, shift, aside, scale]) => {
      const fit = (pose: Joints, person: Joints, height: typeof heights[number]) =>
        fitToPerson(human, [pose], person, height)[0];
      for (const height of heights) {
        const usual = fit(pose, person, height);
        const moved = fit(shifted(pose, shift), shifted(person, aside), height);
        assertNear(moved, shifted(usual, shift), 1e-7);
        const grown = fit(scaled(pose, scale), scaled(person, scale), height);
        assertNear(grown, scaled(usual, scale), 1e-6);
      }
      const fromHip = (joints: Joints) => shifted(joints, negative(joints[hip]!));
      const owns = [pose, scaled(pose, scale)].map((pose) => fit(pose, person, "person"));
      assertNear(fromHip(owns[1]), fromHip(owns[0]), 1e-6);
      const kept = [person, scaled(person, scale)].map((person) => fit(pose, person, "poses"));
      assertNear(kept[1], kept[0], 1e-6);
    },
  );
  fc.assert(property, { ...runs, numRuns: 50 });
});

Deno.test("the lowest foot stays on the ground; where no foot is seen, the lowest hip", () => {
  const property = fc.property(anyPose, anyPose, anyHeight, (pose, person, height) => {
    const [fitted] = fitToPerson(human, [pose], person, height);
    const lowest = (names: readonly string[]) =>
      names.filter((name) => jointNamed(human, pose, name))
        .sort((a, b) => jointNamed(human, pose, b)!.y - jointNamed(human, pose, a)!.y)[0];
    const ground = lowest(feet) ?? lowest(["left hip", "right hip"]);
    const was = jointNamed(human, pose, ground)!, is = jointNamed(human, fitted, ground)!;
    assertAlmostEquals(is.x, was.x, 1e-9);
    assertAlmostEquals(is.y, was.y, 1e-9);
  });
  fc.assert(property, runs);
});

Deno.test("where an elbow is missing, the wrist hangs on the shoulder; without a neck, the head does", () => {
  const changes = { "right elbow": null, neck: null };
  const person = flatPerson({ ...typicalBody, forearm: 1.3, head: 1.3 }, hanging);
  const pose = withJoints(flatPerson(typicalBody, hanging), changes);
  const [fitted] = fitToPerson(human, [pose], person, "person");
  const arm = ["right shoulder", "right wrist"] as const;
  assertAlmostEquals(lengthOf(fitted, arm) / lengthOf(pose, arm), 1.3, 0.02);
  const face = ["left ear", "right ear"] as const;
  assertAlmostEquals(lengthOf(fitted, face) / lengthOf(pose, face), 1.3, 0.02);
  assertEquals([fitted[1], fitted[3]], [null, null]);
});

Deno.test("a track: one ratio for all frames, from the longest bones; a foot on the ground stays there", () => {
  // Steps on straight legs: the one foot stands on (60, 100) while the hips go over it and turn away.
  const broad = { ...typicalBody, shoulders: 1.3 };
  const frames = Array.from({ length: 9 }, (_, i): Joints => {
    const angle = (i - 4) / 10;
    const pose = flatPerson(broad, [0.1, 0.1, -angle, -angle, 0.1, 0.1, angle, angle]);
    const foot = jointNamed(human, pose, "right ankle")!;
    const turned = pose.map((point) => point && { x: point.x * Math.cos(i / 9), y: point.y });
    return shifted(turned, { x: 60 - foot.x * Math.cos(i / 9), y: 100 - foot.y });
  });
  const person = flatPerson({ ...typicalBody, arm: 0.9 }, hanging, 70);
  const fitted = fitToPerson(human, frames, person, "person");
  for (const { joints } of human.bones) {
    const ratios = frames.map((frame, i) => lengthOf(fitted[i], joints) / lengthOf(frame, joints));
    for (const ratio of ratios) assertAlmostEquals(ratio, ratios[0], 1e-9, joints.join());
  }
  const ankles = fitted.map((frame) => jointNamed(human, frame, "right ankle")!);
  for (const ankle of ankles) assertNear([ankle], [ankles[0]], 0.3);
  const shoulder = ["neck", "right shoulder"] as const;
  assertAlmostEquals(lengthOf(fitted[0], shoulder), lengthOf(person, shoulder), 0.15);
});

Deno.test("hips' = r hips + c, r of the whole legs", () => {
  const from = proportions(human, [standing])!;
  const [thigh, shin] = ["right knee", "right ankle"].map((kind) => from.lengths.get(kind)!);
  const to = { ...from, lengths: new Map(from.lengths).set("right knee", 1.5 * thigh) };
  const shift = { x: 30, y: -8 };
  const [here, there] = fitProportions(human, [standing, shifted(standing, shift)], from, to);
  const r = (1.5 * thigh + shin) / (thigh + shin);
  assertNear(there, shifted(here, { x: r * shift.x, y: r * shift.y }));
});
