import { assertEquals, assertThrows } from "@std/assert";
import { namedJoints } from "../../../pose/formats/named_pose.ts";
import { formatSkeleton, parseSkeleton } from "../../../pose/formats/skeleton_json.ts";
import { human } from "../../../pose/skeleton.ts";
import { lampSkeleton } from "../../../examples/lamp/draw.ts";

const person = { ...human, name: "person" };

Deno.test("a skeleton in JSON reads back the same, a person's too", () => {
  for (const skeleton of [lampSkeleton, person]) {
    const text = formatSkeleton(skeleton);
    assertEquals(parseSkeleton(text, "s.json"), skeleton);
    assertEquals(formatSkeleton(parseSkeleton(text, "s.json")), text);
  }
});

Deno.test("what a skeleton file has besides is left out, and so may be mirrors and bones", () => {
  const { mirrors: _mirrors, bones: _bones, ...rest } = lampSkeleton;
  const parts = rest.parts.map((part) => ({ ...part, comment: "by hand" }));
  const skeleton = parseSkeleton(JSON.stringify({ ...rest, parts, comment: 1 }), "s.json");
  assertEquals(skeleton, { ...rest, mirrors: [], bones: [] });
});

Deno.test("a skeleton file that makes no body is refused with its name and its fault", () => {
  const [torso, ...limbs] = lampSkeleton.parts;
  const faults: [Record<string, unknown>, string][] = [
    [{ name: "human" }, '"name" must be a text of up to 64 characters, other than "human"'],
    [{ joints: ["a", "a"] }, '"joints" must list'],
    [{ joints: "abc" }, '"joints" must list'],
    [{ anchor: ["hinge", "elbow", "neck"] }, '"anchor" must name'],
    [{ anchor: ["hinge", "elbow", "neck", "nose"] }, '"anchor" must name'],
    [{ mirrors: [["hinge", "hinge"]] }, '"mirrors" must list'],
    [{ bones: [{ joints: ["hinge", "elbow"], colour: [0, 0, 256] }] }, '"bones" must list'],
    [{ parts: [] }, "it needs one torso"],
    [{ parts: [torso, torso] }, "it needs one torso"],
    [{ parts: [{ ...torso, length: 0 }] }, 'not {"kind":"torso"'],
    [{ parts: [torso, limbs[0], limbs[0]] }, "two of its parts have the same name"],
    [{ parts: [torso, limbs[1], limbs[0]] }, "the upper arm must come after the limb"],
    [{ parts: [torso, limbs[0], { ...limbs[0], name: "more" }] }, "at the end of two of its parts"],
    [{
      parts: [torso, { kind: "head", name: "top", joints: ["tip"], base: "tip", length: 1 }],
    }, "the top needs a base"],
  ];
  for (const [change, fault] of faults) {
    const text = JSON.stringify({ ...lampSkeleton, ...change });
    assertThrows(() => parseSkeleton(text, "s.json"), Error, `s.json is no skeleton: `);
    assertThrows(() => parseSkeleton(text, "s.json"), Error, fault);
  }
  assertThrows(() => parseSkeleton("[]", "s.json"), Error, "it must be a JSON object");
  assertThrows(() => parseSkeleton("{", "s.json"), Error, "s.json is not JSON");
});

Deno.test("poses of other things name their joints", () => {
  const joints = namedJoints({ tip: [3, 4.5], neck: null }, lampSkeleton, "p.json");
  assertEquals(joints, [...Array(7).fill(null), { x: 3, y: 4.5 }]);
  const faults: [unknown, string][] = [
    [[], "holds no pose"],
    [{ nose: [1, 2] }, 'a desk lamp has no joint "nose" but top right, top left'],
    [{ tip: [1] }, '"tip" must be [x, y]'],
    [{ tip: [1, "2"] }, '"tip" must be [x, y]'],
    [{ tip: [1, 1e9] }, "lies outside any picture"],
  ];
  for (const [document, fault] of faults) {
    assertThrows(() => namedJoints(document, lampSkeleton, "p.json"), Error, fault);
  }
});
