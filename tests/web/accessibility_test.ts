/// <reference lib="dom" />
/** The page for those who do not see it, or use no pointer: audited by axe-core, which is Deque's. */
import axe from "axe-core";
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { buildPage } from "../../web/build.ts";
import { inFolder } from "../data/fixtures.ts";
import { hasBrowser, inBrowser, noGpu } from "./browser.ts";

const track = new URL("../../examples/track.json", import.meta.url);
const estimator = { model: "{}", weights: new Uint8Array(4) }; // so that all buttons are there

Deno.test({
  name: "page: no violations of accessibility, light and dark, wide and narrow",
  ignore: !hasBrowser(),
  sanitizeOps: false, // the browser's connection outlives single steps
  sanitizeResources: false,
  fn: (t) =>
    inFolder(async (folder) => {
      await buildPage(folder, estimator);
      await inBrowser(folder, async (browser, url) => {
        const page = await browser.newPage({ reducedMotion: "reduce" });
        await page.addInitScript(noGpu);
        await page.addInitScript(axe.source);
        await page.goto(url);
        await page.getByText("This browser lacks WebGPU").waitFor();
        await revealAll(page);
        for (const colorScheme of ["light", "dark"] as const) {
          for (const width of [1160, 320]) {
            await t.step(`${colorScheme}, ${width} pixels wide`, async () => {
              await page.emulateMedia({ colorScheme });
              await page.setViewportSize({ width, height: 800 });
              assertEquals(await violations(page), []);
              const wide = await page.evaluate(() => document.documentElement.scrollWidth);
              assertEquals(wide, width);
            });
          }
        }
        await t.step("all that is pressed is reached by Tab, and seen to be", () => tab(page));
        await t.step("nothing moves of itself where that is not wanted", async () => {
          const moving = await page.evaluate(() => document.getAnimations().length);
          assertEquals(moving, 0);
          await page.setInputFiles("#pose-file", fileURLToPath(track));
          await page.getByText("track.json").waitFor({ state: "attached" });
          assertEquals(await page.locator("#play").innerText(), "Play");
        });
      });
    }),
});

/** Shows what is seen only now and then. */
async function revealAll(page: Page): Promise<void> {
  await page.locator("#joints .dot").first().press("Delete"); // lists a hidden joint
  await page.evaluate(() => {
    for (const id of ["live", "training", "notice"]) document.getElementById(id)!.hidden = false;
    document.getElementById("notice-text")!.textContent = "A sentence.";
    document.getElementById("live-rate")!.textContent = "10 pictures a second";
    document.getElementById("training-losses")!.textContent = "Step 1 of 300";
  });
}

async function violations(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** Goes through the page by Tab: each control once, each with a visible focus. */
async function tab(page: Page): Promise<void> {
  const expected = await page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      "button:enabled, input:enabled, select, #joints, #joints .dot:not(.missing)",
    );
    return [...controls].filter((control) => control.checkVisibility()).length;
  });
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let i = 0; i < expected + 5; i++) {
    await page.keyboard.press("Tab");
    const { name, isSeen } = await page.evaluate(() => {
      const focused = document.activeElement!;
      const label = focused.closest(".button") ?? focused;
      const { outlineStyle, strokeWidth } = getComputedStyle(label);
      const isSeen = outlineStyle !== "none" || parseFloat(strokeWidth) > 4;
      return { name: focused.id || focused.ariaLabel || focused.textContent, isSeen };
    });
    reached.add(name);
    if (!isSeen && name !== "BODY") unseen.push(name);
  }
  assertEquals(unseen.filter((name) => name.trim().length < 80), []);
  assertEquals(reached.size >= expected, true, `${reached.size} of ${expected} were reached`);
}
