import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import type { FindPeople } from "../../../repose/studio.ts";
import { readTargetPoses } from "../../../repose/files/read_poses.ts";
import { encodeGif } from "../../../data/pictures/animated_gif.ts";
import { writePicture } from "../../../data/pictures/image_file.ts";
import { annotationHeader, formatAnnotation } from "../../../pose/formats/annotation.ts";
import { orders } from "../../../pose/formats/orders.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Joints, Size } from "../../../pose/types.ts";
import { hasFfmpeg, withoutFfmpeg } from "../../data/pictures/ffmpeg.ts";
import { inFolder, patternPicture } from "../../data/fixtures.ts";

const pose: Joints = human.joints.map((_, i) => ({ x: 2 * i, y: 100 - i }));
const nobody: Joints = human.joints.map(() => null);

/** Puts all joints at a picture's size, so that it is seen which one was looked at. */
const findPeople: FindPeople = ({ width, height }) =>
  Promise.resolve([human.joints.map(() => ({ x: width, y: height }))]);

const openPose = (joints: Joints) => ({
  people: [{ pose_keypoints_2d: joints.flatMap((p) => p ? [p.x, p.y, 1] : [0, 0, 0]) }],
});
const landmarks = Array.from({ length: 33 }, (_, i) => ({ x: i / 50, y: 0.5, visibility: 1 }));

const read = (text: string, size: Size | null = null) =>
  readTargetPoses(text, findPeople, { size });
const write = (path: string, document: unknown) =>
  Deno.writeTextFile(path, JSON.stringify(document));
const sized = (width: number, height: number) =>
  writeSized(`${width}x${height}.png`, width, height);
const writeSized = (name: string, width: number, height: number) => (folder: string) =>
  writePicture(join(folder, name), patternPicture(width, height));

/** Each must be refused in one line that names a file in `folder`. */
async function refused(folder: string, text: string, message: string, size?: Size) {
  const error = await assertRejects(() => read(text, size), Error, message);
  assertMatch(error.message, /^[^\n]+$/);
  assertEquals(error.message.includes(folder), true, error.message);
}

Deno.test("a picture, a pose file, an entry of a list: one pose", async () => {
  await inFolder(async (folder) => {
    await sized(9, 7)(folder);
    const picture = await read(join(folder, "9x7.png"));
    assertEquals(picture.isSeries, false);
    assertEquals(picture.poses[0].size, { width: 9, height: 7 });
    assertEquals(picture.poses[0].joints[0], { x: 9, y: 7 });

    const file = join(folder, "pose.json"), list = join(folder, "list.csv");
    await write(file, openPose(pose));
    await Deno.writeTextFile(
      list,
      `${annotationHeader}\n${formatAnnotation({ name: "ANNA/a.png", joints: pose }, human)}`,
    );
    for (const text of [file, `openpose:${file}`, `${list}#ANNA/a.png`]) {
      const expected = {
        poses: [{ name: text, joints: pose, size: null }],
        isSeries: false,
        isMovement: false,
      };
      assertEquals(await read(text), expected);
    }
    const size = { width: 100, height: 200 };
    assertEquals((await read(file, size)).poses[0].size, size);
    await refused(folder, file, "left hip at (22, 89) lies outside", { width: 21, height: 200 });
    await refused(folder, `${list}#ANNA/a.png`, "lies outside", { width: 10, height: 10 });
    await refused(folder, `${list}#BOB/a.png`, "has no line for BOB/a.png");
    await refused(folder, join(folder, "none.png"), "cannot read the picture");
    await refused(folder, join(folder, "none"), "cannot read the pose");
  });
});

Deno.test("fractions need the size of their picture", async () => {
  await inFolder(async (folder) => {
    const file = join(folder, "landmarks.json");
    await write(file, { landmarks });
    await refused(folder, file, "fractions of a picture of unknown size: say it (--pose-size)");
    const { poses: [{ joints }] } = await read(file, { width: 100, height: 40 });
    assertEquals(joints[human.joints.indexOf("left hip")], { x: 45.5, y: 19.5 });
    await write(file, { frames: [{ landmarks }] });
    await refused(folder, file, "frames[0]: landmarks holds fractions");
    assertEquals((await read(file, { width: 100, height: 40 })).poses[0].joints, joints);
  });
});

Deno.test("a folder of pictures or of pose files: a series in the order of the names", async () => {
  await inFolder(async (folder) => {
    for (const number of [10, 9, 1]) await writeSized(`${number}.png`, number, 3)(folder);
    await Deno.writeTextFile(join(folder, "notes.txt"), "");
    const { poses, isSeries } = await read(folder);
    assertEquals(isSeries, true);
    assertEquals(poses.map(({ size }) => size?.width), [1, 9, 10]);
    await write(join(folder, "a.json"), openPose(pose));
    await refused(folder, folder, "holds both pictures and JSON files");
  });
  await inFolder(async (folder) => {
    await refused(folder, folder, "holds no pictures and no JSON files");
    await write(join(folder, "0_keypoints.json"), openPose(pose));
    await write(join(folder, "1_keypoints.json"), { people: [] });
    const { poses } = await read(folder);
    assertEquals(poses.map(({ joints }) => joints), [pose, nobody]);
    await Deno.writeTextFile(join(folder, "2_keypoints.json"), "{");
    await refused(folder, folder, "2_keypoints.json is not JSON");
  });
});

Deno.test("a pose track: frames, nobody in some, poses a second", async () => {
  await inFolder(async (folder) => {
    const file = join(folder, "track.json");
    await write(file, { fps: 12.5, frames: [openPose(pose), null, { people: [] }] });
    const { poses, isSeries, fps } = await read(file);
    assertEquals([isSeries, fps], [true, 12.5]);
    assertEquals(poses.map(({ joints }) => joints), [pose, nobody, nobody]);
    const keypoints = orders.coco[0].joints.map((_, i) => [i, i]);
    await write(file, { frames: [keypoints] });
    await refused(folder, file, "frames[0] has 17 joints and does not say in which order");
    assertEquals((await read(`coco:${file}`)).poses[0].joints[0], { x: 0, y: 0 });

    const faults: [unknown, string][] = [
      [{ frames: [] }, '"frames" must be a list of poses'],
      [{ frames: "all" }, '"frames" must be a list of poses'],
      [{ fps: 0, frames: [null] }, '"fps" must be a number above 0, at most 240'],
      [{ fps: "5", frames: [null] }, '"fps" must be'],
      [
        { frames: [null, openPose(pose.slice(1))] },
        "frames[1]: people[0].pose_keypoints_2d has 17",
      ],
      [{ frames: [openPose(nobody)] }, "frames[0]: people[0].pose_keypoints_2d has no joint"],
      [
        { frames: [openPose(pose.with(4, { x: -9, y: 1 }))] },
        "right wrist at (-9, 1) lies outside any picture",
      ],
      [
        { frames: [openPose(pose.with(4, { x: 1, y: 1e300 }))] },
        "right wrist at (1, 1e+300) lies outside any picture",
      ],
    ];
    for (const [document, message] of faults) {
      await write(file, document);
      await refused(folder, file, message);
    }
  });
});

Deno.test("a clip is looked at so often a second, where ffmpeg is", async () => {
  await inFolder(async (folder) => {
    const clip = join(folder, "clip.gif");
    const pictures = async function* () {
      for (let i = 0; i < 4; i++) yield patternPicture(16, 8, i);
    };
    await Deno.writeFile(clip, await encodeGif(pictures(), 10));
    await withoutFfmpeg(async () => {
      await assertRejects(() => read(clip), Error, "clips and MP4 need ffmpeg");
    });
    if (!hasFfmpeg()) return;
    const { poses, isSeries, fps } = await readTargetPoses(clip, findPeople, {
      size: null,
      fps: 5,
    });
    assertEquals([poses.length, isSeries, fps], [2, true, 5]);
    assertEquals(poses[1].size, { width: 16, height: 8 });
    await Deno.writeTextFile(clip, "just text");
    await refused(folder, clip, "clip.gif");
  });
});
