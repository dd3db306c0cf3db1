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

const examplesInPython = await hasOnnxruntimeInPython();

Deno.test("export: with the permissions of its task; the examples paint with it as the project does", async (t) => {
  await inFolder(async (folder) => {
    const model = join(folder, "new/people.onnx"), out = join(folder, "out.png");
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "export", "--half", "--onnx", model],
      cwd: root,
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(new TextDecoder().decode(stdout), `${model}: 15.1 MB\n`);

    using studio = await openStudio(bundledModel);
    const { size } = studio.painter.configuration;
    const jointsOf = (name: string) => readPose(`${people}/poses.csv#${name}`, null);
    const picture = await readPicture(`${people}/1.png`);
    const source = { name: "1.png", picture, joints: await jointsOf("1.png") };
    const target = { joints: await jointsOf("4.png") };
    const [own] = await studio.painter.paint([{ source, target }]);
    const check = async () => {
      const painted = await readPicture(out);
      await Deno.remove(out);
      assertEquals([painted.width, painted.height], [size.width, size.height]);
      assertLess(largestDifference(own.pixels, painted.pixels), 3); // the weights have half precision
    };
    await t.step("paint.ts", async () => {
      await withOnnxruntime("examples/onnx/paint.ts", model, "1.png", "4.png", out);
      await check();
    });
    await t.step({
      name: "paint.py",
      ignore: !examplesInPython,
      fn: async () => {
        await python(join(root, "examples/onnx/paint.py"), model, "1.png", "4.png", out);
        await check();
      },
    });
  });
});

async function python(...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("python3", { args: ["-B", ...args] }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

/** Says on standard error what is skipped where Python or its packages are not here. */
async function hasOnnxruntimeInPython(): Promise<boolean> {
  try {
    await python("-c", "import numpy, onnxruntime, PIL");
    return true;
  } catch {
    console.error(
      "SKIPPED: python3 has no onnxruntime here, so examples/onnx/paint.py goes untried",
    );
    return false;
  }
}

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
