/// <reference lib="dom" />
/** Chromium with the built page, for tests: WebGPU runs on its software adapter, so no graphics card is needed. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { decodePng } from "../../data/pictures/png.ts";
import type { Picture } from "../../data/types.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import { serveFolder } from "../../web/serve.ts";

const usualPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const flags = ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** A script of a browser without WebGPU. */
export const noGpu = `Object.defineProperty(navigator, "gpu", { value: undefined });`;

/** Whether there is a Chromium; says on standard error that tests are skipped where there is none. */
export function hasBrowser(): boolean {
  if (chromiumPath()) return true;
  console.error(
    `SKIPPED: the page goes untested, as no Chromium is in ${usualPaths.join(", ")} or CHROMIUM ` +
      "(apt-get install chromium brings one)",
  );
  return false;
}

function chromiumPath(): string | undefined {
  const given = Deno.env.get("CHROMIUM");
  return (given ? [given] : usualPaths).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** Serves a built page and opens a browser, started with further flags, on it while `work` runs. */
export async function inBrowser(
  folder: string,
  work: (browser: Browser, url: string) => Promise<void>,
  more: readonly string[] = [],
): Promise<void> {
  const server = serveFolder(folder, 0);
  // The driver that ./run found for Deno is not the browser's, which brings its own.
  const { VK_DRIVER_FILES: _, VK_ICD_FILENAMES: __, ...env } = Deno.env.toObject();
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [...flags, ...more],
    env,
  });
  try {
    await work(browser, `http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await browser.close();
    await server.shutdown();
  }
}

/** Opens the page, after a script of its browser's; with what it asks for, and its errors. */
export async function openPage(browser: Browser | BrowserContext, url: string, script = "") {
  const page = await browser.newPage();
  page.setDefaultTimeout(300_000); // software adapters compile slowly
  const asked: string[] = [], failures: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => failures.push(String(error)));
  await page.addInitScript(script);
  await page.goto(url);
  return { page, asked, failures };
}

/** Waits until the result is painted and nothing is said over it. */
export async function untilPainted(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.querySelector("#timing")?.textContent !== "" &&
    document.querySelector<HTMLElement>("#status")?.hidden
  );
}

/** The bytes that a button of the page saves. */
export async function saved(page: Page, button: string): Promise<Uint8Array> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return await Deno.readFile(await download.path());
}

/** The result, pixel for pixel. */
export async function savedPicture(page: Page): Promise<Picture> {
  return decodePng(await saved(page, "Save picture"));
}

/** The joints of the pose, unrounded. */
export async function shownJoints(page: Page): Promise<Joints> {
  const places = await page.locator("#joints .dot").evaluateAll((dots) =>
    dots.map((dot) =>
      dot.classList.contains("missing")
        ? null
        : { x: Number(dot.getAttribute("cx")), y: Number(dot.getAttribute("cy")) }
    )
  );
  if (places.length !== human.joints.length) throw new Error(`${places.length} joints are shown`);
  return places;
}

/** The dot of a joint of the target pose. */
export function dotOf(page: Page, joint: string) {
  return page.locator(`#joints .dot[aria-label="${joint}"]`);
}

/** Returns what gives all texts that an element has had since. */
export async function watchText(page: Page, selector: string): Promise<() => Promise<string[]>> {
  const texts = await page.evaluateHandle((selector) => {
    const target = document.querySelector(selector)!;
    const texts: string[] = [];
    new MutationObserver(() => texts.push(target.textContent!))
      .observe(target, { childList: true });
    return texts;
  }, selector);
  return () => texts.jsonValue();
}
