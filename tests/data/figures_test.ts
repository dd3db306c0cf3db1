import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Sample, Split } from "../../data/types.ts";
import type { Scene } from "../../data/figures/background.ts";
import { drawFigure } from "../../data/figures/draw.ts";
import { figures, personOf } from "../../data/figures/figures.ts";
import { sampleIdentity } from "../../data/figures/identity.ts";
import { samplePose } from "../../data/figures/pose.ts";
import { KeyedRandom } from "../../data/keyed_random.ts";
import { human, jointNamed } from "../../pose/skeleton.ts";
import { pixel } from "./fixtures.ts";

const size = { width: 64, height: 128 };
const data = figures({ size, seed: 5 });

/** Checks a property of some train and test pairs. */
async function everySample(check: (sample: Sample) => void): Promise<void> {
  const index = fc.integer({ min: 0, max: data.pairCount("test") - 1 });
  const split = fc.constantFrom<Split>("train", "test");
  await fc.assert(
    fc.asyncProperty(split, index, async (split, index) => {
      const { source, target } = await data.pair(split, index);
      check(source);
      check(target);
    }),
    { seed: 1, numRuns: 60 },
  );
}

/** A figure in front of magenta: the background has no green, and as much red as blue. */
function drawPlain(seed: number, yaw: number) {
  const magenta = [255, 0, 255] as const;
  const scene: Scene = {
    wall: [magenta, magenta],
    floor: [magenta, magenta],
    horizon: 1,
    shapes: [],
  };
  const view = { yaw, elevation: 0.1 };
  const framing = { zoom: 0.86, across: 0.5, down: 0.8 };
  const pose = samplePose(new KeyedRandom(seed, 0, 0));
  const shot = { pose: { ...pose, turn: 0, look: 0 }, view, framing, scene, shift: { x: 0, y: 0 } };
  return drawFigure(sampleIdentity(new KeyedRandom(seed, 1, 0)), shot, size);
}

Deno.test("figures: a pair depends on seed, split and index alone", async () => {
  const again = figures({ size, seed: 5 });
  const last = await again.pair("train", 9);
  const first = await again.pair("train", 2);
  assertEquals(first, await data.pair("train", 2));
  assertEquals(last, await data.pair("train", 9));
  assertNotEquals(first, await figures({ size, seed: 6 }).pair("train", 2));
  assertNotEquals(first, await data.pair("test", 2));
});

Deno.test("figures: pictures have the size asked for, and pairs show two of them", async () => {
  for (const size of [{ width: 32, height: 64 }, { width: 90, height: 50 }]) {
    const { source, target } = await figures({ size, seed: 0 }).pair("test", 0);
    for (const { picture } of [source, target]) {
      assertEquals([picture.width, picture.height], [size.width, size.height]);
      assertEquals(picture.pixels.length, size.width * size.height * 3);
    }
    assertNotEquals(source, target);
  }
});

Deno.test("figures: nobody is in both splits, and people come back in other pairs", () => {
  const people = (split: Split) => Array.from({ length: 500 }, (_, i) => personOf(5, split, i));
  const looks = [...people("train"), ...people("test")].map((person) => JSON.stringify(person));
  assertEquals(new Set(looks).size, looks.length);
  assertEquals(JSON.stringify(personOf(5, "test", 503)), JSON.stringify(personOf(5, "test", 3)));
});

Deno.test("figures: joints lie in the picture, and the anchor is always told", async () => {
  await everySample(({ joints }) => {
    assertEquals(joints.length, human.joints.length);
    for (const name of human.anchor) assert(jointNamed(human, joints, name), `${name} is missing`);
    for (const joint of joints) {
      if (!joint) continue;
      assert(joint.x >= 0 && joint.x <= size.width - 1, `x = ${joint.x}`);
      assert(joint.y >= 0 && joint.y <= size.height - 1, `y = ${joint.y}`);
    }
  });
});

Deno.test("figures: every joint that is told lies on the figure", () => {
  for (let seed = 0; seed < 40; seed++) {
    const { picture, joints } = drawPlain(seed, seed);
    for (const [i, joint] of joints.entries()) {
      // Joints of the face lie on its outline when it is seen from the side.
      if (!joint || /eye|ear|nose/.test(human.joints[i])) continue;
      const [red, green, blue] = pixel(picture, Math.round(joint.x), Math.round(joint.y));
      assert(green > 0 || red !== blue, `${human.joints[i]} of figure ${seed}`);
    }
  }
});

Deno.test("figures: right is at the picture's left from the front, and at its right from behind", () => {
  for (let seed = 0; seed < 20; seed++) {
    for (const [yaw, sign] of [[0, 1], [Math.PI, -1]]) {
      const { joints } = drawPlain(seed, yaw);
      for (const part of ["shoulder", "hip"]) {
        const right = jointNamed(human, joints, `right ${part}`);
        const left = jointNamed(human, joints, `left ${part}`);
        assert(right && left && sign * (left.x - right.x) > 0, `${part}, seed ${seed}, yaw ${yaw}`);
      }
    }
  }
});

Deno.test("figures: a face that is turned away is missing", () => {
  for (let seed = 0; seed < 20; seed++) {
    const behind = drawPlain(seed, Math.PI).joints;
    for (const name of ["nose", "right eye", "left eye"]) {
      assertEquals(jointNamed(human, behind, name), null, `${name} of figure ${seed}`);
    }
  }
});

Deno.test("figures: hidden joints are missing, but most joints are seen", async () => {
  const seen = human.joints.map(() => 0);
  let samples = 0;
  await everySample(({ joints }) => {
    samples++;
    joints.forEach((joint, i) => seen[i] += joint ? 1 : 0);
  });
  for (const [i, count] of seen.entries()) {
    assert(count > 0.3 * samples, `${human.joints[i]} is seen in ${count} of ${samples} pictures`);
  }
  const total = seen.reduce((sum, count) => sum + count, 0) / (samples * human.joints.length);
  assert(total < 0.95, `${total} of the joints are seen`);
});

Deno.test("figures: what cannot be drawn is refused", async () => {
  assertThrows(() => figures({ size: { width: 8, height: 128 }, seed: 0 }), RangeError, "8x128");
  assertThrows(() => figures({ size: { width: 64, height: NaN }, seed: 0 }), RangeError, "64xNaN");
  assertThrows(() => figures({ size, seed: 0.5 }), RangeError, "0.5");
  await assertRejects(
    () => data.pair("test", 2000),
    RangeError,
    "test pairs are numbered 0 to 1999",
  );
  await assertRejects(() => data.pair("train", -1), RangeError, "-1");
});
