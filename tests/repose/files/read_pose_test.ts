import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readPose } from "../../../repose/files/read_poses.ts";
import { annotationHeader, formatAnnotation } from "../../../pose/formats/annotation.ts";
import { orders } from "../../../pose/formats/orders.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Joints } from "../../../pose/types.ts";
import { inFolder } from "../../data/fixtures.ts";

const size = { width: 64, height: 128 };
const pose: Joints = human.joints.map((_, i) => i > 13 ? null : { x: 2 * i, y: 100 - i });

/** The pose as OpenPose writes it. */
const openPose = (joints: Joints) =>
  JSON.stringify({
    people: [{ pose_keypoints_2d: joints.flatMap((p) => p ? [p.x, p.y, 1] : [0, 0, 0]) }],
  });

Deno.test("readPose: JSON, or a line of a list", async () => {
  await inFolder(async (folder) => {
    const json = join(folder, "pose.json"), list = join(folder, "a#b.csv");
    await Deno.writeTextFile(json, openPose(pose));
    const moved = pose.map((point) => point && { ...point, x: point.x + 1 });
    const lines = [["first one.jpg", pose], ["2#.jpg", moved]] as const;
    const text = lines.map(([name, joints]) => formatAnnotation({ name, joints }, human));
    await Deno.writeTextFile(list, [annotationHeader, ...text].join("\r\n"));

    assertEquals(await readPose(json, size), pose);
    assertEquals(await readPose(`${list}#first one.jpg`, size), pose);
    assertEquals(await readPose(`${list}#2#.jpg`, size), moved);

    const order = orders.coco[0].joints.map((name) => pose[human.joints.indexOf(name!)]);
    const keypoints = order.flatMap((point) => point ? [point.x, point.y, 2] : [0, 0, 0]);
    await Deno.writeTextFile(json, JSON.stringify(keypoints));
    const withoutNeck = (joints: Joints) => joints.with(human.joints.indexOf("neck"), null);
    assertEquals(withoutNeck(await readPose(`coco:${json}`, size)), withoutNeck(pose));
    const images = [{ id: 1, file_name: "one.jpg" }, { id: 2, file_name: "two.jpg" }];
    const annotations = images.map(({ id }) => ({ image_id: id, keypoints }));
    await Deno.writeTextFile(json, JSON.stringify({ images, annotations }));
    assertEquals(withoutNeck(await readPose(`${json}#two.jpg`, size)), withoutNeck(pose));
    await assertRejects(() => readPose(json, size), Error, `say which, as in ${json}#NAME`);
  });
});

Deno.test("readPose: says which file, line or joint is wrong", async () => {
  await inFolder(async (folder) => {
    const json = join(folder, "pose.json"), list = join(folder, "poses.csv");
    const refused = async (pose: string, message: string) => {
      const error = await assertRejects(() => readPose(pose, size), Error, message);
      assertEquals(error.message.includes(folder), true, error.message);
    };
    await refused(json, "cannot read the pose");
    await Deno.writeTextFile(json, openPose(pose.slice(0, 5)));
    await refused(json, "has 5 joints, but openpose has 18 or 25");
    await Deno.writeTextFile(json, openPose(pose.with(0, { x: 64, y: 5 })));
    await refused(json, "nose at (64, 5) lies outside the 64x128");
    await Deno.writeTextFile(json, JSON.stringify(Array(17).fill([1, 2])));
    await refused(json, "does not say in which order: put one of openpose:, coco:");
    await refused(`openpose:${json}`, "has 17 joints, but openpose has 18 or 25");
    await refused(`${json}#a.jpg`, "has no pose of a.jpg");

    const line = formatAnnotation({ name: "a.jpg", joints: pose }, human);
    await Deno.writeTextFile(list, `${annotationHeader}\n${line}\n`);
    await refused(list, `${list}#NAME`);
    const swapped = pose.map((point) => point && { x: point.y, y: point.x });
    const wrong = formatAnnotation({ name: "w.jpg", joints: swapped }, human);
    await Deno.writeTextFile(list, `${annotationHeader}\n${line}\nb.jpg: [1]: [2]\n${wrong}\n`);
    await refused(`${list}#w.jpg`, "would lie inside with x and y swapped");
    await refused(`${list}#c.jpg`, "has no line for c.jpg");
    await refused(`${list}#../a.jpg`, "has no line for ../a.jpg");
    await refused(`${list}#b.jpg`, `${list}:3: keypoints_y has 1 items`);
    await Deno.writeTextFile(list, `name:keypoints_x\n${line}\n`);
    await refused(`${list}#a.jpg`, `${list}:1: column keypoints_y is missing`);
  });
});
