/// <reference lib="dom" />
/** A model that learns somebody's photos in the page. Needs the estimator's weights, which are not in the repository. */
import { assertEquals, assertLess, assertLessOrEqual, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { checkpointGenerator } from "../../model/checkpoint.ts";
import { bundledModel, readCheckpoint } from "../../repose/files/open_studio.ts";
import { human } from "../../pose/skeleton.ts";
import { PhotoBackground } from "../../repose/background.ts";
import { withPhoto } from "../../repose/finish.ts";
import { Painter } from "../../repose/painter.ts";
import { buildPage, peopleFolder } from "../../web/build.ts";
import { inFolder, largestDifference } from "../data/fixtures.ts";
import { device } from "../op_check.ts";
import {
  hasBrowser,
  inBrowser,
  openPage,
  saved,
  savedPicture,
  shownJoints,
  untilPainted,
  watchText,
} from "./browser.ts";
import { estimatorFiles, hasEstimator } from "./estimator.ts";
import { builtInPeople } from "./people.ts";
import { small, writeSmallModel } from "./small_model.ts";

const hasWeights = await hasEstimator("training in the page");

const STEPS = 12;
const photos = Array.from({ length: 6 }, (_, i) => join(peopleFolder, `${i + 1}.png`));

/** Counts the GPU devices that are open. */
const countDevices = `
  globalThis.devices = 0;
  const request = GPUAdapter.prototype.requestDevice, destroy = GPUDevice.prototype.destroy;
  GPUAdapter.prototype.requestDevice = function (...wanted) {
    devices++;
    return request.apply(this, wanted);
  };
  GPUDevice.prototype.destroy = function () {
    devices--;
    destroy.call(this);
  };`;

Deno.test({
  name: "page: learns photos of one person",
  ignore: !hasBrowser() || !hasWeights,
  sanitizeOps: false, // the browser's connection outlives single steps
  sanitizeResources: false,
  fn: (t) =>
    inFolder(async (folder) => {
      const built = join(folder, "page");
      const model = await writeSmallModel(folder);
      await buildPage(built, await estimatorFiles(), model);
      await inBrowser(built, async (browser, url) => {
        const { page, failures } = await openPage(browser, url, countDevices);
        await untilPainted(page);
        const devices = await openDevices(page);
        const before = await savedPicture(page);

        await t.step("says when photos are too few", async () => {
          await page.setInputFiles("#album-files", photos.slice(0, 2));
          await page.getByText("Only 2 photos show a person").waitFor();
        });
        const texts = await watchText(page, "#training-losses");
        await t.step("trains, is stopped, and goes on", () => train(page));
        await t.step("the loss falls", async () => {
          const steps = (await texts()).flatMap((text) => {
            const [, step, loss] = /^Step (\d+) .*reconstruction ([\d.]+)/.exec(text) ?? [];
            return step ? [[Number(step), Number(loss)] as const] : [];
          });
          const losses = [...new Map(steps).values()]; // each step once
          assertEquals(losses.length, STEPS);
          const mean = (some: number[]) => some.reduce((sum, loss) => sum + loss) / some.length;
          assertLess(mean(losses.slice(STEPS / 2)), 0.95 * mean(losses.slice(0, STEPS / 2)));
        });
        await t.step("its memory is given back", async () => {
          assertEquals(await openDevices(page), devices);
        });
        await t.step("the page paints with it, and so does the command line", async () => {
          const after = await savedPicture(page);
          assertNotEquals(after.pixels, before.pixels);
          const path = join(folder, "yours.safetensors");
          await Deno.writeFile(path, await saved(page, "Save model"));
          const painter = Painter.from(device, checkpointGenerator(await readCheckpoint(path)));
          const source = (await builtInPeople())[0].sample(small.size);
          const target = { joints: await shownJoints(page) };
          const [painted] = await painter.paint([{ source, target }]);
          const photo = new PhotoBackground(source, human);
          const expected = withPhoto(painted, target.joints, photo);
          assertLessOrEqual(largestDifference(after.pixels, expected.pixels), 2);
        });
        await t.step("it can be undone", async () => {
          await page.getByRole("button", { name: "Undo" }).click();
          await page.getByText("The bundled model paints").waitFor();
          assertEquals((await savedPicture(page)).pixels, before.pixels);
        });
        await t.step("the bundled model is stopped while made ready, then trains", async () => {
          await page.setInputFiles("#checkpoint", bundledModel);
          await page.getByText("people.safetensors paints 128 × 256 pixels").waitFor();
          await page.getByLabel("Steps", { exact: true }).fill("2");
          await stopAt(page, "Making the training ready for your GPU: 1 of ");
          await page.getByRole("button", { name: "Train" }).click();
          await page.getByText("Stopped before the first step").waitFor();
          assertEquals(await openDevices(page), devices);
          await page.getByRole("button", { name: "Train" }).click();
          await page.getByText("Step 2 of 2").waitFor();
          await page.getByText("Your model paints").waitFor();
          assertEquals(await openDevices(page), devices);
        });
        assertEquals(failures, []);
      });
    }),
});

async function train(page: Page): Promise<void> {
  await page.setInputFiles("#album-files", photos);
  await page.getByText("6 photos to learn from").waitFor();
  await page.getByLabel("Steps", { exact: true }).fill(String(STEPS));
  await stopAt(page, "Step 2 ");
  await page.getByRole("button", { name: "Train" }).click();
  await page.getByRole("button", { name: "Go on" }).waitFor();
  await page.getByText(/^Step [23] of 12/).waitFor(); // a step that has begun is taken to its end
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText(`Step ${STEPS} of ${STEPS}`).waitFor();
  await page.getByText("Your model paints").waitFor();
  await page.getByRole("button", { name: "Train" }).waitFor();
}

/** Presses Stop from within the page where it says so, as that may be over before a message from outside comes. */
async function stopAt(page: Page, beginning: string): Promise<void> {
  await page.evaluate((beginning) => {
    const losses = document.querySelector("#training-losses")!;
    new MutationObserver((_, observer) => {
      if (!losses.textContent!.startsWith(beginning)) return;
      document.querySelector<HTMLButtonElement>("#train-stop")!.click();
      observer.disconnect();
    }).observe(losses, { childList: true });
  }, beginning);
}

const openDevices = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { devices: number }).devices);
