/// <reference lib="dom" />
/** The page in a browser: what it paints, how it is used, and what it says when something can't be. */
import {
  assert,
  assertEquals,
  assertLess,
  assertLessOrEqual,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import type { Sample } from "../../data/types.ts";
import { decodePng, encodePng } from "../../data/pictures/png.ts";
import { checkpointGenerator } from "../../model/checkpoint.ts";
import { human } from "../../pose/skeleton.ts";
import { PhotoBackground } from "../../repose/background.ts";
import { withPhoto } from "../../repose/finish.ts";
import { Painter } from "../../repose/painter.ts";
import { parsePoseJson } from "../../pose/formats/pose_json.ts";
import type { Joints } from "../../pose/types.ts";
import { bundledModel, readCheckpoint } from "../../repose/files/open_studio.ts";
import { fitPoses } from "../../repose/target_poses.ts";
import { buildPage } from "../../web/build.ts";
import { noPicture, poseNames, readyPose } from "../../web/ready_poses.ts";
import { inFolder, largestDifference } from "../data/fixtures.ts";
import { builtInPeople } from "./people.ts";
import { device } from "../op_check.ts";
import {
  dotOf,
  hasBrowser,
  inBrowser,
  noGpu,
  openPage,
  saved,
  savedPicture,
  shownJoints,
  untilPainted,
  watchText,
} from "./browser.ts";
import { small, writeSmallModel } from "./small_model.ts";

const bundled = checkpointGenerator(await readCheckpoint(bundledModel));
const { size } = bundled.configuration;
const people = await builtInPeople();

/** A ready pose as a person takes it. */
function poseOf(person: Sample, joints: Joints): Joints {
  return fitPoses([{ joints, size: noPicture }], size, person.joints)[0];
}

/** Browsers and Deno may round sines differently. */
function assertJoints(actual: Joints, expected: Joints): void {
  const rounded = (joints: Joints) =>
    joints.map((point) => point && { x: point.x.toFixed(6), y: point.y.toFixed(6) });
  assertEquals(rounded(actual), rounded(expected));
}

/** Waits until the page shows what the command line paints, to 2 of 255. */
async function assertPaints(page: Page, painter: Painter, source: Sample, joints: Joints) {
  const [painted] = await painter.paint([{ source, target: { joints } }]);
  const expected = withPhoto(painted, joints, new PhotoBackground(source, human));
  let largest = Infinity;
  for (let tries = 0; largest > 2 && tries < 100; tries++) {
    const { width, height, pixels } = await savedPicture(page);
    assertEquals([width, height], [expected.width, expected.height]);
    largest = largestDifference(pixels, expected.pixels);
  }
  assertLessOrEqual(largest, 2);
}

const notice = (page: Page) => page.locator("#notice-text");

async function give(page: Page, chooser: string, name: string, content: string | Uint8Array) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await page.setInputFiles(chooser, { name, mimeType: "", buffer: Buffer.from(bytes) });
}

/** What a browser does whose adapter offers no more than WebGPU promises, and whose GPU can be lost. */
const modestGpu = `
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function () {
    const device = await request.call(this, {});
    const lost = new Promise((resolve) => globalThis.loseGpu = resolve);
    Object.defineProperty(device, "lost", { value: lost });
    return device;
  };`;

Deno.test({
  name: "page: in a browser",
  ignore: !hasBrowser(),
  sanitizeOps: false, // the browser's connection outlives single steps
  sanitizeResources: false,
  fn: (t) =>
    inFolder(async (folder) => {
      const painter = Painter.from(device, bundled);
      await buildPage(folder, null);
      await inBrowser(folder, async (browser, url) => {
        const { page, asked, failures } = await openPage(browser, url);
        await untilPainted(page);
        const source = people[0].sample(size);

        await t.step("nothing jumps while it loads", async () => {
          assertLess(await layoutShift(page), 0.01);
        });
        await t.step("paints what the command line paints", async () => {
          const joints = await shownJoints(page);
          assertJoints(joints, poseOf(source, readyPose(poseNames[0], size)));
          await assertPaints(page, painter, source, joints);
        });
        await t.step("a dragged joint changes the picture", () => drag(page, painter, source));
        await t.step("keys move, hide and show joints", () => useKeys(page));
        await t.step("ready poses, movements and poses from files", () => takePoses(page, source));
        await t.step("what is saved opens", () => saveAll(page));
        await t.step("holding shows the photo", () => compare(page));
        await t.step("a photo whose joints are marked by hand", () => usePhoto(page));
        await t.step("says what is wrong with a file, and goes on", () => refuse(page));
        await t.step("takes another model", () => changeModel(page));
        await t.step("fits narrow screens", () => narrow(page));
        await t.step("asks no other host for anything", async () => {
          const foreign = asked.filter((address) => !/^(data|blob):/.test(address))
            .filter((address) => new URL(address).origin !== new URL(url).origin);
          assertEquals(foreign, []);
          const refused = await page.evaluate(() => fetch("http://localhost:1/").catch(String));
          assertStringIncludes(String(refused), "Failed to fetch");
        });
        assertEquals(failures, []);
        await page.close();

        await t.step(
          "WebGPU's default limits suffice; a lost GPU can be started again",
          async () => {
            const { page, failures } = await openPage(browser, url, modestGpu);
            await untilPainted(page);
            const joints = await shownJoints(page);
            await assertPaints(page, painter, source, joints);
            await page.evaluate("loseGpu({ reason: 'unknown', message: 'gone' })");
            await page.getByText("The GPU stopped working").waitFor();
            await page.getByRole("button", { name: "Start again" }).click();
            await untilPainted(page);
            assertEquals(failures, []);
            await page.close();
          },
        );
        await t.step("without WebGPU it says so and still saves poses", async () => {
          const { page } = await openPage(browser, url, noGpu);
          await page.getByText("This browser lacks WebGPU").waitFor();
          await dotOf(page, "nose").press("ArrowUp");
          parsePoseJson(new TextDecoder().decode(await saved(page, "Save pose")), {
            file: "pose.json",
            size: size,
          });
          await page.close();
        });
      });
    }),
});

/** How much what is seen has moved of itself since the page was opened; 0: not at all. */
async function layoutShift(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const entries = await new Promise<PerformanceEntryList>((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries()))
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve([]), 500);
    });
    return entries.reduce((sum, entry) => sum + (entry as unknown as { value: number }).value, 0);
  });
}

async function drag(page: Page, painter: Painter, source: Sample): Promise<void> {
  const dot = await dotOf(page, "left wrist").boundingBox();
  assert(dot);
  const [x, y] = [dot.x + dot.width / 2, dot.y + dot.height / 2];
  const painted = await savedPicture(page);
  const times = await watchText(page, "#timing");
  await page.mouse.move(x + 3, y + 3);
  await page.mouse.down();
  await page.mouse.move(x + 20, y - 60, { steps: 4 });
  await page.mouse.move(x + 30, y - 120);
  await page.mouse.up();
  const joints = await shownJoints(page);
  const before = poseOf(source, readyPose(poseNames[0], size));
  const moved = joints.flatMap((point, i) => Math.abs(point!.y - before[i]!.y) < 1e-6 ? [] : [i]);
  assertEquals(moved, [7]);
  await assertPaints(page, painter, source, joints);
  assertNotEquals(await savedPicture(page), painted);
  await page.waitForFunction(() =>
    !document.querySelector("#timing")!.textContent!.includes("preview")
  );
  const seen = await times();
  const isSlow = seen.some((text) => !text.includes("preview") && parseInt(text) > 100);
  if (isSlow) assert(seen[0].includes("preview"), seen.join());
}

async function useKeys(page: Page): Promise<void> {
  const nose = async () => (await shownJoints(page))[0];
  const before = (await nose())!;
  await dotOf(page, "nose").press("ArrowRight");
  await dotOf(page, "nose").press("Shift+ArrowUp");
  assertEquals(await nose(), { x: before.x + 1, y: before.y - 4 });
  await dotOf(page, "nose").press("Delete");
  assertEquals(await nose(), null);
  await page.getByRole("button", { name: "Show the nose" }).click();
  assert(await nose());
  await dotOf(page, "left hip").press("Delete");
  assertStringIncludes(await notice(page).innerText(), "left hip stays");
  assert((await shownJoints(page))[11]);
}

async function takePoses(page: Page, source: Sample): Promise<void> {
  assertEquals(await page.getByText("From a photo").isVisible(), false); // built without the estimator
  await page.getByRole("button", { name: "Hands up" }).click();
  const handsUp = readyPose("Hands up", size);
  assertJoints(await shownJoints(page), poseOf(source, handsUp));
  await page.getByRole("button", { name: "built-in person 3" }).click();
  assertJoints(await shownJoints(page), poseOf(people[2].sample(size), handsUp));
  await page.getByLabel("With the person’s proportions").uncheck();
  assertJoints(await shownJoints(page), handsUp);
  await page.getByRole("button", { name: "Play" }).click();
  await page.waitForFunction(() =>
    document.querySelector<HTMLInputElement>("#moment")!.value > "2"
  );
  await page.getByRole("button", { name: "Stop" }).click();
  const example = await Deno.readTextFile(new URL("../../examples/pose.json", import.meta.url));
  await give(page, "#pose-file", "pose.json", example);
  const given = parsePoseJson(example, { file: "pose.json", size });
  const nose = `circle[aria-label=nose][cx="${given[0]!.x}"]`;
  await page.locator(`#joints ${nose}`).waitFor({ state: "attached" });
  assertJoints(await shownJoints(page), given);
  await dotOf(page, "left hip").press("ArrowLeft");
  const edited = await shownJoints(page);
  await page.getByLabel("With the person’s proportions").check();
  await page.getByRole("button", { name: "built-in person 1" }).click();
  assertJoints(await shownJoints(page), edited);
  const track = { frames: [JSON.parse(example), JSON.parse(example)] };
  await give(page, "#pose-file", "dance.json", JSON.stringify(track));
  await page.getByRole("button", { name: "Stop" }).click();
  assertEquals(await page.locator("#track").inputValue(), "dance.json");
}

async function saveAll(page: Page): Promise<void> {
  const sheet = await decodePng(await saved(page, "Save all three"));
  const factor = Math.ceil(384 / size.height);
  const [width, height] = [factor * size.width, factor * size.height];
  assertEquals([sheet.width, sheet.height], [3 * width + 8, height + 4]);
  const poses = await decodePng(await saved(page, "Save all poses"));
  assertEquals([poses.width, poses.height], [3 * width + 8, 3 * height + 8]);
  await page.locator("#track").selectOption("dance.json");
  const gif = await saved(page, "Save movement");
  assertEquals(new TextDecoder().decode(gif.subarray(0, 6)), "GIF89a");
  const webm = await saved(page, "Save as WebM");
  assertEquals(webm.slice(0, 4), Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3)); // EBML
  const pose = new TextDecoder().decode(await saved(page, "Save pose"));
  const joints = parsePoseJson(pose, { file: "pose.json", size });
  const rounded = (await shownJoints(page)).map((point) =>
    point && { x: Math.round(100 * point.x) / 100, y: Math.round(100 * point.y) / 100 }
  );
  assertEquals(joints, rounded);
}

async function compare(page: Page): Promise<void> {
  const isPhoto = () =>
    page.evaluate(() => {
      const [shown, photo] = ["#painted", "#source"].map((id) =>
        document.querySelector<HTMLCanvasElement>(id)!.toDataURL()
      );
      return shown === photo;
    });
  const button = page.getByRole("button", { name: "Hold to compare" });
  assertEquals(await isPhoto(), false, "at first");
  await button.focus();
  await page.keyboard.down("Enter");
  assertEquals(await isPhoto(), true, "while a key is down");
  await page.keyboard.up("Enter");
  assertEquals(await isPhoto(), false, "after it");
  await page.locator("#painted").hover();
  await page.mouse.down();
  assertEquals(await isPhoto(), true, "while the result is held");
  await page.mouse.move(0, 0);
  assertEquals(await isPhoto(), false, "after it");
  await page.mouse.up();
}

async function usePhoto(page: Page): Promise<void> {
  const { picture } = people[5].sample({ width: 90, height: 120 });
  const painted = await savedPicture(page);
  await give(page, "#photo", "me.png", encodePng(picture));
  await page.getByText("Drag each joint onto the person").waitFor();
  const nose = page.locator("#source-joints [aria-label=nose]");
  await nose.waitFor();
  const before = Number(await nose.getAttribute("cy"));
  await nose.press("ArrowDown");
  assertEquals(Number(await nose.getAttribute("cy")), before + 1);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Mark the joints" }).waitFor();
  for (let tries = 0; tries < 100; tries++) {
    const now = await savedPicture(page);
    if (now.pixels.some((value, i) => value !== painted.pixels[i])) return;
  }
  throw new Error("the photo's person was not painted");
}

async function refuse(page: Page): Promise<void> {
  const before = await savedPicture(page);
  const sentences = {
    "#photo": ["notes.txt", "notes.txt does not open as a picture"],
    "#checkpoint": ["model.safetensors", "model.safetensors: safetensors: the header claims"],
    "#pose-file": ["pose.json", "pose.json is not JSON"],
  };
  for (const [chooser, [name, sentence]] of Object.entries(sentences)) {
    await give(page, chooser, name, "this is no such file");
    await page.getByText(sentence).waitFor();
  }
  await page.getByRole("button", { name: "Close this message" }).click();
  assertEquals(await savedPicture(page), before);
}

async function changeModel(page: Page): Promise<void> {
  await inFolder(async (folder) => {
    await page.setInputFiles("#checkpoint", await writeSmallModel(folder));
    await page.getByText("small.safetensors paints 32 × 64 pixels").waitFor();
  });
  await untilPainted(page);
  const { width, height } = await savedPicture(page);
  assertEquals({ width, height }, small.size);
}

async function narrow(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 640 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assertEquals(width, 320);
}
