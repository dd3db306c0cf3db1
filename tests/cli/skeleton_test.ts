/** Something that is not a person, from drawn pictures to a picture in another pose, by the commands that people type. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readPicture } from "../../data/pictures/image_file.ts";
import { drawLamp, drawLamps, lampSkeleton } from "../../examples/lamp/draw.ts";
import { checkpointModel } from "../../model/checkpoint.ts";
import { readCheckpoint } from "../../repose/files/open_studio.ts";
import { parseArguments } from "../../cli/arguments.ts";
import { data } from "../../cli/data.ts";
import { exportModel } from "../../cli/export.ts";
import { generate } from "../../cli/generate.ts";
import { train } from "../../cli/train.ts";
import { inFolder } from "../data/fixtures.ts";

const skeleton = decodeURIComponent(
  new URL("../../examples/lamp/skeleton.json", import.meta.url).pathname,
);
const SIDE = 32;

async function run(command: typeof train, ...args: string[]): Promise<void> {
  await command.run(parseArguments(command, args));
}

Deno.test("a desk lamp: data, train, resume, export and generate", () =>
  inFolder(async (folder) => {
    const [lamps, out, picture] = ["lamps", "run", "out.png"].map((name) => join(folder, name));
    await drawLamps(lamps, 6, 3, SIDE);
    const poses = join(lamps, "poses.csv");
    const drawn = ["folder", lamps, "--poses", poses, "--test-percent", "34"];
    await run(data, ...drawn, "--skeleton", skeleton);

    const small = ["--preset", "demo", "--size", `${SIDE}x${SIDE}`, "--width", "1", "--batch", "1"];
    const begin = [...small, "--data", lamps, "--vgg", "none", "--steps", "1", "--out", out];
    await run(train, ...begin, "--skeleton", skeleton);
    await run(train, "--resume", "--steps", "2", "--out", out);
    const checkpoint = await readCheckpoint(out);
    assertEquals(checkpointModel(checkpoint).skeleton, lampSkeleton);
    await assertRejects(() => run(train, ...begin, "--out", join(folder, "2")), Error, "joint");

    await run(exportModel, "--checkpoint", out, "--onnx", join(folder, "lamp.onnx"));

    const { joints } = drawLamp(5, 1, SIDE);
    const named = joints.map((point, i) => [lampSkeleton.joints[i], [point!.x, point!.y]]);
    const pose = join(folder, "pose.json");
    await Deno.writeTextFile(pose, JSON.stringify(Object.fromEntries(named)));
    const source = ["--checkpoint", out, "--source", join(lamps, "lamp-0000/0.png")];
    const sourcePose = ["--source-pose", `${poses}#lamp-0000/0.png`, "--out", picture, "--paste"];
    await run(generate, ...source, ...sourcePose, "--pose", pose);
    const { width, height } = await readPicture(picture);
    assertEquals([width, height], [SIDE, SIDE]);

    const found = generate.run(
      parseArguments(generate, [...source, "--pose", pose, "--out", "x.png"]),
    );
    await assertRejects(async () => await found, Error, "no pose estimator knows a desk lamp");
    await assertRejects(
      () => run(train, "--skeleton", skeleton, "--out", join(folder, "3")),
      Error,
      "the program draws people only",
    );
    await assertRejects(() => run(data, "folder", lamps, "--skeleton", skeleton), Error, "--poses");
    assert(!JSON.stringify(await Array.fromAsync(Deno.readDir(folder))).includes('"3"'));
  }));
