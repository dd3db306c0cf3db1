/** Takes the pictures of the page in docs/: `deno run -A tests/web/take_pictures.ts`, with Chromium on the machine. */
import { fileURLToPath } from "node:url";
import { buildWithEstimator, pageFolder } from "../../web/build.ts";
import { inBrowser, untilPainted } from "./browser.ts";

const desktop = { viewport: { width: 1160, height: 800 }, whole: true };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.4, whole: false };
const pictures = {
  "page.png": { ...desktop, colorScheme: "light" },
  "page-dark.png": { ...desktop, colorScheme: "dark" },
  "page-phone.png": { ...phone, colorScheme: "light" },
  "page-phone-dark.png": { ...phone, colorScheme: "dark" },
} as const;

await buildWithEstimator();
await inBrowser(pageFolder, async (browser, url) => {
  for (const [name, { whole, ...look }] of Object.entries(pictures)) {
    const page = await browser.newPage(look);
    page.setDefaultTimeout(300_000);
    await page.goto(url);
    await untilPainted(page);
    const path = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
    await page.screenshot({ path, fullPage: whole });
    await page.close();
  }
});
