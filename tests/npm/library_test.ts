/** The npm package in a project that knows nothing of this repository: its types hold, and it paints in a browser. */
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { build as bundle, stop } from "esbuild";
import { join } from "node:path";
import { readPicture } from "../../data/pictures/image_file.ts";
import { readPoseTable } from "../../data/sets/pose_table.ts";
import { parsePoseJson, reposer } from "../../mod.ts";
import { libraryFiles } from "../../npm/library.ts";
import { human } from "../../pose/skeleton.ts";
import { imageDataOf } from "../../repose/photo.ts";
import { peopleFolder } from "../../web/build.ts";
import { inFolder, largestDifference } from "../data/fixtures.ts";
import { hasBrowser, inBrowser } from "../web/browser.ts";
import { install, runDeno } from "./project.ts";

const example = await Deno.readTextFile(new URL("../../examples/pose.json", import.meta.url));
const photo = join(peopleFolder, "1.png");
const photoPose = (await readPoseTable(join(peopleFolder, "poses.csv"), human)).joints(0);

/** What somebody writes who has installed the package. */
const program = `
import { type Joints, parsePoseJson, type Photo, reposer } from "repose";
import { human } from "repose/pose";

declare global {
  var paint: (photo: Photo, photoPose: Joints, pose: string) => Promise<ImageData>;
}
const repose = await reposer();
globalThis.paint = (photo, photoPose, text) => {
  const pose = parsePoseJson(text, { file: "pose.json", size: repose.size });
  if (pose.length !== human.joints.length) throw new RangeError("a pose of something else");
  return repose(photo, pose, { photoPose });
};
`;

/** Makes a project in a folder that has the package installed and bundled into one script. */
async function makeProject(folder: string): Promise<void> {
  await install(folder, "repose", await libraryFiles(null));
  await Deno.writeTextFile(join(folder, "main.ts"), program);
  const page = '<script type="module" src="bundle.js"></script>';
  await Deno.writeTextFile(join(folder, "index.html"), page);
  await bundle({
    entryPoints: [join(folder, "main.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    outfile: join(folder, "bundle.js"),
    logLevel: "silent",
  });
  await stop();
}

/** What the library paints here, without a browser. */
async function paintHere(): Promise<ImageData> {
  const repose = await reposer();
  try {
    const pose = parsePoseJson(example, { file: "pose.json", size: repose.size });
    return await repose(imageDataOf(await readPicture(photo)), pose, { photoPose });
  } finally {
    repose.close();
  }
}

Deno.test({
  name: "npm library",
  sanitizeOps: false, // the browser's connection outlives single steps
  sanitizeResources: false,
  fn: (t) =>
    inFolder(async (folder) => {
      await makeProject(folder);
      await t.step("its types hold in a project", async () => {
        assertEquals(await runDeno(folder, "check", "-q", "--no-lock", "main.ts"), "");
      });
      await t.step({
        name: "paints in a browser what it paints here",
        ignore: !hasBrowser(),
        fn: () => paintInBrowser(folder),
      });
    }),
});

async function paintInBrowser(folder: string): Promise<void> {
  const expected = await paintHere();
  await inBrowser(folder, async (browser, url) => {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000); // software adapters compile slowly
    const model = join(folder, "node_modules/repose/models/people.safetensors");
    await page.route("**/models/people.safetensors", (route) => route.fulfill({ path: model }));
    await page.goto(url);
    await page.waitForFunction(() => "paint" in globalThis);
    const base64 = (await Deno.readFile(photo)).toBase64();
    const given = { address: `data:image/png;base64,${base64}`, photoPose, example };
    const painted = await page.evaluate(async ({ address, photoPose, example }) => {
      const file = await (await fetch(address)).blob();
      const paint = Reflect.get(globalThis, "paint");
      const { width, height, data } = await paint(file, photoPose, example);
      return { width, height, data: [...data] };
    }, given);
    assertEquals([painted.width, painted.height], [expected.width, expected.height]);
    assertLessOrEqual(largestDifference(painted.data, expected.data), 2);
  });
}
