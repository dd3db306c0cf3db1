import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  anchorCorners,
  checkJoints,
  human,
  jointNamed,
  mirrorJoints,
  missingAnchors,
  type Skeleton,
} from "../../pose/skeleton.ts";
import { fish, standing, withJoints } from "./poses.ts";

function assertAllDifferent(names: readonly string[]): void {
  assertEquals(new Set(names).size, names.length, `a name stands twice in ${names}`);
}

function assertConsistent(skeleton: Skeleton): void {
  const partJoints = skeleton.parts.flatMap((part) =>
    part.kind === "torso" ? [] : part.kind === "head" ? [...part.joints, part.base] : part.joints
  );
  const boneJoints = skeleton.bones.flatMap((bone) => bone.joints);
  const used = [...skeleton.anchor, ...skeleton.mirrors.flat(), ...partJoints, ...boneJoints];
  for (const name of used) assert(skeleton.joints.includes(name), `no joint ${name}`);
  assertAllDifferent(skeleton.joints);
  assertAllDifferent(skeleton.anchor);
  assertAllDifferent(skeleton.mirrors.flat());
  assertAllDifferent(skeleton.parts.map((part) => part.name));
  const lengths = skeleton.parts.flatMap((part) =>
    part.kind === "torso" ? [part.length, ...part.widths] : [part.length]
  );
  assert(lengths.every((length) => length > 0));
  const limbs = skeleton.parts.flatMap((part) =>
    "base" in part || part.kind === "torso" ? [] : [part.joints]
  );
  limbs.forEach(([from], i) => {
    const hangsOn = limbs.findIndex(([, to]) => to === from);
    assert(hangsOn < i, `the limb from ${from} comes before the one that it hangs on`);
  });
  for (const { joints: [from, to], colour } of skeleton.bones) {
    assert(from !== to);
    assert(colour.every((value) => Number.isInteger(value) && value >= 0 && value <= 255));
  }
}

Deno.test("the tables of the person and of the fish are consistent", () => {
  assertConsistent(human);
  assertConsistent(fish);
});

Deno.test("the person has the paper's parts in the paper's order and every joint in a bone", () => {
  assertEquals(human.joints.length, 18);
  assertEquals(human.parts.map((part) => part.name), [
    "torso",
    "head",
    "right upper leg",
    "left upper leg",
    "right lower leg",
    "left lower leg",
    "right upper arm",
    "left upper arm",
    "right lower arm",
    "left lower arm",
  ]);
  assertEquals(new Set(human.bones.flatMap((bone) => bone.joints)), new Set(human.joints));
});

Deno.test("mirroring a person swaps right and left and leaves nose and neck", () => {
  const mirrored = mirrorJoints(human, standing);
  for (const name of human.joints) {
    const partner = name.replace(/right|left/, (side) => side === "right" ? "left" : "right");
    assertEquals(jointNamed(human, mirrored, name), jointNamed(human, standing, partner));
  }
});

Deno.test("a pose without an anchor joint says which", () => {
  assertEquals(missingAnchors(human, standing), []);
  const pose = withJoints(standing, { "left hip": null, "nose": null });
  assertEquals(missingAnchors(human, pose), ["left hip"]);
  assertEquals(anchorCorners(human, pose), null);
});

Deno.test("a joint that the skeleton lacks and a pose of another skeleton are refused", () => {
  assertThrows(() => jointNamed(human, standing, "tail"), RangeError, 'no joint "tail"');
  assertThrows(
    () => checkJoints(fish, standing),
    RangeError,
    "skeleton fish has 10 joints but the pose has 18",
  );
});
