import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { paperRegion, releasedLimb, releasedMask, wholeRegion } from "../../pose/regions.ts";
import { human, type Limb, type Part, seenJoints } from "../../pose/skeleton.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Joints, Point, Quad } from "../../pose/types.ts";
import { holds, turns } from "./geometry.ts";
import {
  anyPose,
  anyShift,
  fish,
  runs,
  shifted,
  size,
  standing,
  swimming,
  withJoints,
} from "./poses.ts";

const [torso, head] = human.parts;
const limbs = human.parts.filter((part): part is Limb => part.kind.endsWith("limb"));
const leg = limbs[0];

/** Each rule that makes a region of a person's part. */
const rules: Record<string, (part: Part, joints: Joints) => Quad | null> = {
  paper: (part, joints) => paperRegion(human, part, joints),
  mask: (part, joints) => releasedMask(human, part, joints, size),
  whole: (part, joints) => wholeRegion(human, part, joints),
};

function regions(rule: string, joints: Joints): (Quad | null)[] {
  return human.parts.map((part) => rules[rule](part, joints));
}

function assertSame(actual: Joints | null, expected: Joints | null, what: string): void {
  assertEquals(actual === null, expected === null, what);
  actual?.forEach((corner, i) => {
    assertAlmostEquals(corner!.x, expected![i]!.x, 1e-6, what);
    assertAlmostEquals(corner!.y, expected![i]!.y, 1e-6, what);
  });
}

Deno.test("every region is a strictly convex quad", () => {
  fc.assert(
    fc.property(anyPose, (joints) => {
      for (const quad of Object.keys(rules).flatMap((rule) => regions(rule, joints))) {
        const corners = quad ? turns(quad) : [];
        assert(corners.every((turn) => turn > 0) || corners.every((turn) => turn < 0));
      }
    }),
    runs,
  );
});

for (const rule of ["paper", "whole"]) {
  Deno.test(`the ${rule} regions move with the person and grow with the picture`, () => {
    const scale = fc.constantFrom(0.5, 2, 4);
    fc.assert(
      fc.property(anyPose, anyShift, scale, (joints, by, scale) => {
        const moved = transformJoints(joints, scale, by.x, by.y);
        for (const part of human.parts) {
          const region = rules[rule](part, joints);
          const expected = region && transformJoints(region, scale, by.x, by.y);
          assertSame(rules[rule](part, moved), expected, part.name);
        }
      }),
      runs,
    );
  });
}

Deno.test("the released masks of head and limbs move with the person, the torso's stays", () => {
  fc.assert(
    fc.property(anyPose, fc.nat(50), fc.nat(50), (joints, x, y) => {
      for (const part of human.parts) {
        const mask = rules.mask(part, joints);
        const expected = mask && part !== torso ? shifted(mask, { x, y }) : mask;
        assertSame(rules.mask(part, shifted(joints, { x, y })), expected, part.name);
      }
    }),
    runs,
  );
});

Deno.test("the paper's boxes hold their joints and are at least a limb wide", () => {
  fc.assert(
    fc.property(anyPose, (joints) => {
      const width = limbWidth(joints);
      for (const part of [torso, head]) {
        const region = rules.paper(part, joints);
        if (!region) continue;
        const [a, , c] = region;
        assert(c.x - a.x >= width - 1e-9 && c.y - a.y >= width - 1e-9);
        const names = part.kind === "head" ? [...part.joints, part.base] : human.anchor;
        for (const point of seenJoints(human, joints, names)) assert(holds(region, point));
      }
    }),
    runs,
  );
});

Deno.test("the paper's limb runs from joint to joint, a third of the mean torso diagonal wide", () => {
  fc.assert(
    fc.property(anyPose, (joints) => {
      for (const limb of limbs) {
        const region = rules.paper(limb, joints);
        if (!region) continue;
        const [from, to] = seenJoints(human, joints, limb.joints);
        assertSame(
          [middle(region[0], region[3]), middle(region[1], region[2])],
          [from, to],
          "ends",
        );
        assertAlmostEquals(distance(region[0], region[3]), limbWidth(joints), 1e-9);
        assertAlmostEquals(distance(region[1], region[2]), limbWidth(joints), 1e-9);
      }
    }),
    runs,
  );
});

Deno.test("the released limb reaches past its joints by the shares of the authors' code", () => {
  // A lower leg straight down, of length 10, on a torso 34 px high.
  const pose = withJoints(standing, {
    "right knee": { x: 20, y: 50 },
    "right ankle": { x: 20, y: 60 },
  });
  const lowerLeg = limbs[2];
  const rows = (use: "fit" | "mask") => {
    const quad = releasedLimb(human, lowerLeg, pose, use);
    assert(quad);
    return [quad[0].y, quad[1].y];
  };
  const half = 0.2 * Math.hypot(34, 3);
  assertAlmostEquals(rows("fit")[0], 49);
  assertAlmostEquals(rows("fit")[1], 60 + 0.3 * 11);
  assertAlmostEquals(rows("mask")[1], 60 + 0.5 * 11);
  assertAlmostEquals(Math.abs(releasedLimb(human, lowerLeg, pose, "fit")![0].x - 20), half);
});

Deno.test("a picture without all anchor joints, or with all in one place, has no region", () => {
  const nowhere = new Array(human.parts.length).fill(null);
  const place = { x: 9, y: 9 };
  const onePlace = withJoints(
    standing,
    Object.fromEntries(human.anchor.map((name) => [name, place])),
  );
  for (const name of human.anchor) {
    const pose = withJoints(standing, { [name]: null });
    assertEquals(regions("paper", pose), nowhere);
    assertEquals(regions("mask", pose), nowhere);
    assertEquals(regions("whole", pose), nowhere);
    assertEquals(
      limbs.map((limb) => releasedLimb(human, limb, pose, "fit")),
      limbs.map(() => null),
    );
  }
  assertEquals(regions("paper", onePlace), nowhere);
  assertEquals(regions("whole", onePlace), nowhere);
  assertEquals(regions("mask", onePlace).slice(1), nowhere.slice(1));
});

const faceless = standing.map((point, i) =>
  head.kind === "head" && head.joints.includes(human.joints[i]) ? null : point
);

Deno.test("whole parts hold their joints, and what lies beside them", () => {
  const holdsAll = (part: Part, points: Point[], joints = standing) => {
    const region = wholeRegion(human, part, joints);
    for (const point of points) assert(region && holds(region, point), `${part.name} ${point.y}`);
  };
  const beside = (name: string, x: number, y: number) => {
    const [point] = seenJoints(human, standing, [name]);
    return { x: point.x + x, y: point.y + y };
  };
  holdsAll(torso, seenJoints(human, standing, human.anchor));
  holdsAll(torso, [beside("right hip", 0, 10), beside("left shoulder", 4, 0)]);
  if (head.kind === "head") holdsAll(head, seenJoints(human, standing, [...head.joints, "neck"]));
  // Hair above the eyes, and at the neck on both sides.
  const hair = [beside("nose", 0, -14), beside("neck", -9, 2), beside("neck", 9, 2)];
  holdsAll(head, hair);
  holdsAll(head, hair, faceless);
  const [lowerLeg, lowerArm] = ["right lower leg", "right lower arm"]
    .map((name) => limbs.find((limb) => limb.name === name)!);
  holdsAll(lowerLeg, [beside("right ankle", 0, 8)]);
  holdsAll(lowerArm, [beside("right wrist", -1, 6)]);
});

Deno.test("a whole head stands half way between the torso's line and that to the face", () => {
  const turned = withJoints(faceless, { nose: { x: 41, y: 30 } }); // 90 degrees aside of the neck
  const [a, b] = wholeRegion(human, head, turned)!;
  assertAlmostEquals((b.x - a.x) / (a.y - b.y), 1, 0.1);
});

Deno.test("a limb with one joint, or both in one place, and a face not seen have no region", () => {
  const cut = withJoints(standing, { "right knee": null });
  const foreshortened = withJoints(standing, { "right knee": { x: 25, y: 64 } });
  for (const [name, rule] of Object.entries(rules)) {
    assert(rule(leg, standing));
    assertEquals(rule(leg, cut), null);
    assertEquals(rule(leg, foreshortened), null);
    assertEquals(rule(head, faceless) === null, name !== "whole");
    assert(rule(torso, faceless));
  }
});

Deno.test("a fish has regions from its own table", () => {
  for (const part of fish.parts) {
    for (const region of [paperRegion, wholeRegion].map((rule) => rule(fish, part, swimming))) {
      assert(region && turns(region).every((turn) => turn !== 0), part.name);
    }
  }
  assertEquals(paperRegion(fish, fish.parts[0], swimming)?.[0], { x: 16, y: 20 });
});

function limbWidth(joints: Joints): number {
  const [a, b, c, d] = seenJoints(human, joints, human.anchor);
  return (distance(a, c) + distance(b, d)) / 6;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
