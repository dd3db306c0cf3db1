import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { join } from "node:path";
import { parseArguments } from "../../cli/arguments.ts";
import { exportModel } from "../../cli/export.ts";
import { readPicture } from "../../data/pictures/image_file.ts";
import { bundledModel, openStudio } from "../../repose/files/open_studio.ts";
import { readPose } from "../../repose/files/read_poses.ts";
import { inFolder, largestDifference } from "../data/fixtures.ts";
import { withOnnxruntime } from "../export/onnxruntime.ts";

const root = new URL("../../", import.meta.url).pathname;
const people = join(root, "examples/people");

Deno.test("export: with the permissions of its task; the example paints with it as the project does", async () => {
  await inFolder(async (folder) => {
    const model = join(folder, "new/people.onnx"), out = join(folder, "out.png");
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "export", "--half", "--onnx", model],
      cwd: root,
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(new TextDecoder().decode(stdout), `${model}: 8.2 MB\n`);
    await withOnnxruntime("examples/onnx/paint.ts", model, "1.png", "4.png", out);

    using studio = await openStudio(bundledModel);
    const { size } = studio.painter.configuration;
    const jointsOf = (name: string) => readPose(`${people}/poses.csv#${name}`, null);
    const picture = await readPicture(`${people}/1.png`);
    const source = { name: "1.png", picture, joints: await jointsOf("1.png") };
    const [own] = await studio.painter.paint([{
      source,
      target: { joints: await jointsOf("4.png") },
    }]);
    const painted = await readPicture(out);
    assertEquals([painted.width, painted.height], [size.width, size.height]);
    assertLess(largestDifference(own.pixels, painted.pixels), 3); // the weights have half precision
  });
});

Deno.test("export says what is missing", async () => {
  const run = async (...args: string[]) => await exportModel.run(parseArguments(exportModel, args));
  await assertRejects(() => run(), Error, "--onnx FILE.onnx is missing");
  const none = "cannot read the checkpoint";
  await assertRejects(() => run("--onnx", "a.onnx", "--checkpoint", "none"), Error, none);
  await inFolder(async (folder) => {
    const inFile = join(folder, "file/a.onnx");
    await Deno.writeTextFile(join(folder, "file"), "");
    await assertRejects(() => run("--onnx", inFile), Error, `cannot write ${inFile}`);
  });
});
