/// <reference lib="dom" />
/** The page without a network, after it was visited once. */
import { assertEquals } from "@std/assert";
import { buildPage } from "../../web/build.ts";
import { serveFolder } from "../../web/serve.ts";
import { bundledModel } from "../../repose/files/open_studio.ts";
import { inFolder } from "../data/fixtures.ts";
import { hasBrowser, inBrowser, noGpu } from "./browser.ts";

Deno.test({
  name: "page: opens without a network after the first visit",
  ignore: !hasBrowser(),
  sanitizeOps: false, // the browser's connection outlives single steps
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      await buildPage(folder, null);
      await inBrowser(folder, async (browser) => {
        const server = serveFolder(folder, 0);
        const context = await browser.newContext();
        await context.addInitScript(noGpu); // painting is not what is tested
        const address = `http://127.0.0.1:${server.addr.port}/`;
        const first = await context.newPage();
        await first.goto(address);
        await first.evaluate(async () => void await navigator.serviceWorker.ready);
        await first.close();
        await server.shutdown();

        const page = await context.newPage();
        const failed: string[] = [];
        page.on("requestfailed", (request) => failed.push(request.url()));
        await page.goto(address);
        await page.getByRole("button", { name: "built-in person 8" }).waitFor();
        const bytes = await page.evaluate(async () => {
          const model = await fetch(document.body.dataset.checkpoint!);
          return (await model.arrayBuffer()).byteLength;
        });
        assertEquals(bytes, (await Deno.stat(bundledModel)).size);
        assertEquals(failed, []);
      });
    }),
});
