import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readPose } from "../../cli/pose_file.ts";
import { annotationHeader, formatAnnotation } from "../../pose/formats/annotation.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import { inFolder } from "../data/fixtures.ts";

const size = { width: 64, height: 128 };
const pose: Joints = human.joints.map((_, i) => i > 13 ? null : { x: 2 * i, y: 100 - i });

/** The pose as OpenPose writes it. */
const openPose = (joints: Joints) =>
  JSON.stringify({
    people: [{ pose_keypoints_2d: joints.flatMap((p) => p ? [p.x, p.y, 1] : [0, 0, 0]) }],
  });

Deno.test("readPose: OpenPose's JSON, or a line of a list", async () => {
  await inFolder(async (folder) => {
    const json = join(folder, "pose.json"), list = join(folder, "a#b.csv");
    await Deno.writeTextFile(json, openPose(pose));
    const moved = pose.map((point) => point && { ...point, x: point.x + 1 });
    const lines = [["first one.jpg", pose], ["2#.jpg", moved]] as const;
    const text = lines.map(([name, joints]) => formatAnnotation({ name, joints }, human));
    await Deno.writeTextFile(list, [annotationHeader, ...text].join("\r\n"));

    assertEquals(await readPose(json, human, size), pose);
    assertEquals(await readPose(`${list}#first one.jpg`, human, size), pose);
    assertEquals(await readPose(`${list}#2#.jpg`, human, size), moved);
  });
});

Deno.test("readPose: says which file, line or joint is wrong", async () => {
  await inFolder(async (folder) => {
    const json = join(folder, "pose.json"), list = join(folder, "poses.csv");
    const refused = async (pose: string, message: string) => {
      const error = await assertRejects(() => readPose(pose, human, size), Error, message);
      assertEquals(error.message.includes(folder), true, error.message);
    };
    await refused(json, "cannot read the pose");
    await Deno.writeTextFile(json, openPose(pose.slice(0, 5)));
    await refused(json, "must have 54 (BODY_18) or 75 (BODY_25)");
    await Deno.writeTextFile(json, openPose(pose.with(8, null).with(2, null)));
    await refused(json, "lacks right shoulder, right hip");
    await Deno.writeTextFile(json, openPose(pose.with(0, { x: 64, y: 5 })));
    await refused(json, "nose at (64, 5) lies outside the 64x128");

    const line = formatAnnotation({ name: "a.jpg", joints: pose }, human);
    await Deno.writeTextFile(list, `${annotationHeader}\n${line}\nb.jpg: [1]: [2]\n`);
    await refused(list, `${list}#NAME`);
    await refused(`${list}#c.jpg`, "has no line for c.jpg");
    await refused(`${list}#../a.jpg`, "has no line for ../a.jpg");
    await refused(`${list}#b.jpg`, `${list}:3: keypoints_y has 1 items`);
    await Deno.writeTextFile(list, `name:keypoints_x\n${line}\n`);
    await refused(`${list}#a.jpg`, `${list}:1: column keypoints_y is missing`);
  });
});
