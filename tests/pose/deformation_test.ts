import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { applyAffine } from "./geometry.ts";
import { deformation, type Style } from "../../pose/deformation.ts";
import { paperRegion, wholeRegion } from "../../pose/regions.ts";
import { human, mirrorJoints } from "../../pose/skeleton.ts";
import { transformJoints } from "../../pose/transform.ts";
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

const styles: Style[] = ["paper", "released", "whole"];
const partIndex = (name: string) => human.parts.findIndex((part) => part.name === name);

Deno.test("a person who moves as a whole moves every part by that much", () => {
  fc.assert(
    fc.property(anyPose, anyShift, fc.constantFrom(...styles), (source, by, style) => {
      const { maps } = deformation(human, source, shifted(source, by), size, style);
      for (const map of maps) {
        const expected = [1, 0, -by.x, 0, 1, -by.y];
        map?.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
      }
    }),
    runs,
  );
});

Deno.test("a person drawn twice as large is halved by every map", () => {
  for (const style of styles) {
    const { maps } = deformation(human, standing, transformJoints(standing, 2, 3, 4), size, style);
    for (const map of maps) {
      assert(map);
      // x = (x' - 3 + 0.5) / 2 - 0.5
      const expected = [0.5, 0, -1.75, 0, 0.5, -2.25];
      map.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-9));
    }
  }
});

for (const [style, regionOf] of [["paper", paperRegion], ["whole", wholeRegion]] as const) {
  Deno.test(`the ${style} maps take the target's corners to the source's`, () => {
    fc.assert(
      fc.property(anyPose, anyPose, (source, target) => {
        const { maps, regions } = deformation(human, source, target, size, style);
        maps.forEach((map, i) => {
          const corners = regionOf(human, human.parts[i], target);
          if (!map) return assert(!regions[i]);
          corners!.forEach((corner, k) => {
            const image = applyAffine(map, corner);
            assertAlmostEquals(image.x, regions[i]![k].x, 1e-6);
            assertAlmostEquals(image.y, regions[i]![k].y, 1e-6);
          });
        });
      }),
      runs,
    );
  });
}

Deno.test("a limb that the source lacks is its mirror limb", () => {
  const lacking = withJoints(standing, { "right wrist": null });
  const [right, left] = [partIndex("right lower arm"), partIndex("left lower arm")];
  const target = shifted(standing, { x: 2, y: 5 });
  for (const style of styles) {
    const { maps, regions } = deformation(human, lacking, target, size, style);
    const swapped = deformation(human, mirrorJoints(human, standing), target, size, style);
    const whole = deformation(human, standing, target, size, style);
    assertEquals(maps[right], swapped.maps[right]);
    assertEquals(regions[right], swapped.regions[right]);
    assertEquals(maps[left], whole.maps[left]);
    const isOnTarget = style === "released";
    assertEquals(regions[right], isOnTarget ? whole.regions[right] : whole.regions[left]);
  }
});

Deno.test("a limb that the target lacks, or both sides of the source, is missing", () => {
  const oneWrist = withJoints(standing, { "right wrist": null });
  const noWrists = withJoints(oneWrist, { "left wrist": null });
  const right = partIndex("right lower arm");
  for (const style of styles) {
    for (const [source, target] of [[standing, oneWrist], [noWrists, standing]]) {
      const { maps, regions } = deformation(human, source, target, size, style);
      assertEquals([maps[right], regions[right]], [null, null]);
      assert(maps[partIndex("right upper arm")] && regions[partIndex("right upper arm")]);
    }
  }
});

Deno.test("without every anchor joint in both pictures every part is missing", () => {
  const nothing = new Array(human.parts.length).fill(null);
  const cut = withJoints(standing, { "left shoulder": null });
  for (const style of styles) {
    for (const [source, target] of [[cut, standing], [standing, cut]]) {
      const missing = { maps: nothing, regions: nothing };
      assertEquals(deformation(human, source, target, size, style), missing);
    }
  }
});

Deno.test("the released head needs one face joint seen in both pictures", () => {
  const face = ["nose", "right eye", "left eye", "right ear", "left ear"];
  const onlyNose = withJoints(
    standing,
    Object.fromEntries(face.slice(1).map((name) => [name, null])),
  );
  const onlyEye = withJoints(onlyNose, { "nose": null, "left eye": { x: 33, y: 17 } });
  const index = partIndex("head");
  assert(deformation(human, onlyNose, standing, size, "released").maps[index]);
  assertEquals(deformation(human, onlyNose, onlyEye, size, "released").maps[index], null);
});

Deno.test("a fish deforms by its own table", () => {
  const target = transformJoints(swimming, 0.5, 10, 20);
  for (const style of styles) {
    const { maps, regions } = deformation(fish, swimming, target, size, style);
    assertEquals(maps.length, fish.parts.length);
    assert(regions.every((region) => region !== null));
    for (const map of maps) {
      assert(map);
      const expected = [2, 0, -19.5, 0, 2, -39.5];
      map.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-9));
    }
  }
});

Deno.test("a pose of another skeleton is refused", () => {
  assertThrows(
    () => deformation(human, standing, swimming, size, "paper"),
    RangeError,
    "18 joints",
  );
});
