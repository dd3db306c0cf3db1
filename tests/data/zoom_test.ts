import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { figures } from "../../data/figures/figures.ts";
import { zoomPair } from "../../data/zoom.ts";
import { human, missingAnchors } from "../../pose/skeleton.ts";
import type { Pair, Sample } from "../../data/types.ts";

const size = { width: 64, height: 128 };
const data = figures({ size, seed: 1 });
const pairs = await Promise.all([0, 1, 2].map((i) => data.pair("train", i)));

/** A joint's name is its colour: the picture is as red as x and as green as y, so that what lies under a joint tells where it was. */
function mapped({ name, joints }: Sample): Sample {
  const pixels = new Uint8Array(size.width * size.height * 3);
  for (let i = 0; i < pixels.length; i += 3) {
    pixels[i] = i / 3 % size.width;
    pixels[i + 1] = Math.floor(i / 3 / size.width);
  }
  return { name, joints, picture: { ...size, pixels } };
}

const isChanged = (before: Pair, after: Pair) => before.source !== after.source;

Deno.test("zoom: joints stay on what they marked, in pictures of the same size, which keep their anchors", () => {
  fc.assert(fc.property(fc.nat(2), fc.nat(), (index, key) => {
    const before = { source: mapped(pairs[index].source), target: mapped(pairs[index].target) };
    const after = zoomPair(before, human, key);
    for (const which of ["source", "target"] as const) {
      const { picture: { width, height, pixels }, joints } = after[which];
      assertEquals({ width, height }, size);
      assertEquals(missingAnchors(human, joints), []);
      joints.forEach((point, j) => {
        if (!point) return;
        const x = Math.min(Math.round(point.x), width - 1);
        const y = Math.min(Math.round(point.y), height - 1);
        const at = (y * width + x) * 3;
        const old = before[which].joints[j]!;
        assert(Math.abs(pixels[at] - old.x) <= 1.5 && Math.abs(pixels[at + 1] - old.y) <= 1.5);
      });
    }
  }));
});

Deno.test("zoom: some keys leave out legs, none a head, and the key alone decides", () => {
  const [pair] = pairs;
  const zoomed = Array.from({ length: 50 }, (_, key) => zoomPair(pair, human, key));
  assertEquals(zoomPair(pair, human, 7), zoomed[7]);
  assertNotEquals(zoomed[7].source.joints, zoomed[8].source.joints);
  assert(zoomed.filter((after) => isChanged(pair, after)).length > 10);
  const foot = human.joints.indexOf("right ankle"), neck = human.joints.indexOf("neck");
  assert(zoomed.some(({ source }) => source.joints[foot] === null));
  assert(zoomed.every(({ source }) => source.joints[neck] !== null));
});
