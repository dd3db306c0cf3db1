import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { CocoList } from "../../../pose/formats/coco_list.ts";
import { formatCocoList } from "../../../pose/formats/coco_write.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Point } from "../../../pose/types.ts";

const size = { width: 640, height: 480 };
const point = fc.record({
  x: fc.integer({ min: 2, max: 4 * 639 }).map((value) => value / 4),
  y: fc.integer({ min: 2, max: 4 * 479 }).map((value) => value / 4),
});

/** Without a neck, which COCO lacks; then with the one that readers put in. */
function withNeck(joints: (Point | null)[]): (Point | null)[] {
  const [right, left] = ["right shoulder", "left shoulder"].map((name) =>
    joints[human.joints.indexOf(name)]
  );
  const middle = right && left && { x: (right.x + left.x) / 2, y: (right.y + left.y) / 2 };
  return joints.with(human.joints.indexOf("neck"), middle);
}

Deno.test("coco_write: what is written reads back, nobody as no pose", () => {
  const pose = fc.array(fc.option(point), { minLength: 18, maxLength: 18 }).map(withNeck);
  const names = fc.uniqueArray(fc.string(), { minLength: 0, maxLength: 4 });
  fc.assert(
    fc.property(names, fc.array(pose, { minLength: 4, maxLength: 4 }), (names, poses) => {
      const pictures = names.map((name, i) => ({ name, size, joints: poses[i] }));
      const list = CocoList.from(JSON.parse(formatCocoList(pictures)), "poses.json")!;
      for (const { name, joints } of pictures) {
        const nobody = joints.every((joint) => joint === null);
        assertEquals(list.joints(name, size), nobody ? null : joints);
      }
    }),
    { seed: 31, numRuns: 60 },
  );
});

Deno.test("coco_write: coordinates are pixels with two decimals", () => {
  const joints = human.joints.map((name) => name === "nose" ? { x: 12.3456, y: 7 } : null);
  const { images, annotations, categories } = JSON.parse(
    formatCocoList([{ name: "a.png", size, joints }]),
  );
  assertEquals(images, [{ id: 1, file_name: "a.png", width: 640, height: 480 }]);
  assertEquals(annotations[0].num_keypoints, 1);
  assertEquals(annotations[0].keypoints.slice(0, 6), [12.35, 7, 2, 0, 0, 0]);
  assertEquals(categories[0].keypoints.slice(0, 2), ["nose", "left_eye"]);
});
