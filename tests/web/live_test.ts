/// <reference lib="dom" />
/** Somebody before a camera or in a clip moves the person. Needs the estimator's weights, which are not in the repository. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { blankPicture, mirrorPicture, paste } from "../../data/pictures/picture.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import { buildPage } from "../../web/build.ts";
import { inFolder } from "../data/fixtures.ts";
import { hasBrowser, inBrowser, openPage, shownJoints, untilPainted } from "./browser.ts";
import { estimatorFiles, hasEstimator } from "./estimator.ts";
import { builtInPeople } from "./people.ts";
import { small, writeSmallModel } from "./small_model.ts";
import { encodeY4m } from "./y4m.ts";

const hasWeights = await hasEstimator("a live pose");

const [, seen] = await builtInPeople();
const portrait = seen.sample({ width: 120, height: 240 });

/** Somebody who sways before a wall, as a camera shows them that the page mirrors. */
function clip(): Uint8Array {
  const frames = Array.from({ length: 20 }, (_, i) => {
    const frame = blankPicture({ width: 320, height: 240 }, [128, 128, 128]);
    const sway = Math.round(40 * Math.sin(2 * Math.PI * i / 20));
    paste(frame, mirrorPicture(portrait.picture), 100 + sway, 0);
    return frame;
  });
  return encodeY4m(frames, 10);
}

const at = (joints: Joints, name: string) => joints[human.joints.indexOf(name)]!;

/** The ways from the neck to some joints, in lengths of the way from the neck to the left hip. */
function shapeOf(joints: Joints): number[] {
  const neck = at(joints, "neck"), hip = at(joints, "left hip");
  const length = Math.hypot(hip.x - neck.x, hip.y - neck.y);
  return ["right elbow", "right wrist", "left elbow", "left knee"].flatMap((name) => {
    const { x, y } = at(joints, name);
    return [(x - neck.x) / length, (y - neck.y) / length];
  });
}

Deno.test({
  name: "page: a camera and a clip move the person",
  ignore: !hasBrowser() || !hasWeights,
  sanitizeOps: false, // the browser's connection outlives single steps
  sanitizeResources: false,
  fn: (t) =>
    inFolder(async (folder) => {
      const file = join(folder, "camera.y4m");
      await Deno.writeFile(file, clip());
      const built = join(folder, "page");
      const model = await writeSmallModel(folder);
      await buildPage(built, await estimatorFiles(), model);
      const flags = [
        "--use-fake-device-for-media-stream",
        `--use-file-for-fake-video-capture=${file}`,
      ];
      await inBrowser(built, async (browser, url) => {
        const context = await browser.newContext();
        const { page, failures } = await openPage(context, url);
        await untilPainted(page);
        await t.step("says why there is no camera", () => refuse(page));
        await context.grantPermissions(["camera"]);
        await t.step("the camera moves the person until it is stopped", () => follow(page));
        await t.step("says that nobody is seen", () => showNobody(page));
        await t.step("a clip is a movement", () => useClip(page));
        assertEquals(failures, []);
      }, flags);
    }),
});

const camera = (page: Page) => page.getByRole("button", { name: "Camera", exact: true });

async function refuse(page: Page): Promise<void> {
  await camera(page).click();
  await page.getByText("The camera was refused").waitFor();
  await page.evaluate(() => {
    const none = () => Promise.reject(new DOMException("", "NotFoundError"));
    Object.defineProperty(navigator.mediaDevices, "getUserMedia", {
      value: none,
      configurable: true,
    });
  });
  await camera(page).click();
  await page.getByText("No camera is found").waitFor();
  await page.evaluate("delete navigator.mediaDevices.getUserMedia");
}

async function follow(page: Page): Promise<void> {
  const standing = await shownJoints(page);
  await page.evaluate(() => {
    const { mediaDevices } = navigator, open = mediaDevices.getUserMedia;
    mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open.call(mediaDevices, wanted);
      Object.assign(globalThis, { isOff: () => stream.getTracks()[0].readyState === "ended" });
      return stream;
    };
  });
  await camera(page).click();
  await page.getByText("pictures a second").waitFor();
  const hips = new Set<number>();
  let shape: number[] = [];
  for (let tries = 0; hips.size < 8 && tries < 300; tries++) {
    const joints = await shownJoints(page);
    hips.add(at(joints, "left hip").x);
    shape = shapeOf(joints);
    await page.waitForTimeout(100);
  }
  const sway = (Math.max(...hips) - Math.min(...hips)) / small.size.width;
  assert(sway > 0.06, `the hips are at ${[...hips]}`);
  // Of other proportions, and the estimator errs: but nearer than the pose before by far.
  const expected = shapeOf(portrait.joints);
  const away = (from: number[]) =>
    Math.max(...from.map((value, i) => Math.abs(value - expected[i])));
  assertLess(away(shape), 0.35);
  assertLess(away(shape), away(shapeOf(standing)) / 2);
  assertEquals(await page.evaluate("isOff()"), false);
  await page.getByRole("button", { name: "Stop camera" }).click();
  await page.waitForFunction(() => (globalThis as unknown as { isOff(): boolean }).isOff());
  await page.waitForFunction(() =>
    document.querySelector<HTMLSelectElement>("#track")!.value === "Camera"
  );
  assert(Number(await page.locator("#moment").getAttribute("max")) >= 5);
}

async function showNobody(page: Page): Promise<void> {
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => {
      const wall = document.createElement("canvas");
      wall.getContext("2d")!.fillRect(0, 0, wall.width, wall.height);
      return Promise.resolve(wall.captureStream());
    };
  });
  await camera(page).click();
  await page.getByText("Nobody is seen").waitFor();
  await page.getByRole("button", { name: "Stop camera" }).click();
  await camera(page).waitFor();
}

async function useClip(page: Page): Promise<void> {
  const notes = { name: "notes.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(100) };
  await page.setInputFiles("#clip", notes);
  await page.getByText("notes.mp4 does not open as a clip").waitFor();
  await page.evaluate(giveClipOfPerson);
  await page.waitForFunction(() =>
    document.querySelector<HTMLSelectElement>("#track")!.value === "still.webm"
  );
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  const last = Number(await page.locator("#moment").getAttribute("max"));
  assert(last >= 5 && last < 60, `${last + 1} poses`);
}

/** In the page: films a built-in person for a second, and chooses that. */
async function giveClipOfPerson(): Promise<void> {
  const people = await (await fetch(document.body.dataset.people!)).json();
  const person = await createImageBitmap(await (await fetch(people[1].picture)).blob());
  const film = document.createElement("canvas");
  Object.assign(film, { width: person.width, height: person.height });
  const recorder = new MediaRecorder(film.captureStream(), { mimeType: "video/webm" });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const isStopped = new Promise((resolve) => recorder.onstop = resolve);
  recorder.start();
  for (let i = 0; i < 10; i++) {
    film.getContext("2d")!.drawImage(person, 0, 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  recorder.stop();
  await isStopped;
  const files = new DataTransfer();
  files.items.add(new File(parts, "still.webm", { type: "video/webm" }));
  const chooser = document.querySelector<HTMLInputElement>("#clip")!;
  chooser.files = files.files;
  chooser.dispatchEvent(new Event("change"));
}
