import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { join } from "node:path";
import { buildPage } from "../../web/build.ts";
import { serveFolder } from "../../web/serve.ts";
import { inFolder } from "../data/fixtures.ts";

const smallest = { model: "{}", weights: new Uint8Array(4) };

Deno.test("build: all files are beside each other, named by content; the script is small", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "of-an-older-build.js"), "");
    await buildPage(folder, smallest);
    const files = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
    const pattern =
      /^(people|person-\d|icon|main|chunk|personal_training|estimator|animated_gif|probe|movenet|style)-\w{8,10}\.(safetensors|png|svg|js|json|bin|css)$/;
    assertEquals(files.filter((name) => !pattern.test(name)), [
      ".gitattributes",
      ".nojekyll",
      "README.md",
      "_headers",
      "index.html",
      "service-worker.js",
    ]);
    assertEquals(files.length, 30);
    const page = await Deno.readTextFile(join(folder, "index.html"));
    const addresses = [...page.matchAll(/(?:src|href|data-[\w-]+)="([^"]*)"/g)].map(([, it]) => it);
    assertEquals(addresses.filter((name) => !files.includes(name)), []);
    const sizeOf = async (pattern: RegExp) => {
      const scripts = files.filter((name) => pattern.test(name));
      const stats = await Promise.all(scripts.map((name) => Deno.stat(join(folder, name))));
      return stats.reduce((sum, { size }) => sum + size, 0);
    };
    assertLess(await sizeOf(/^(main|chunk)-.*js$/), 175_000); // at once
    assertLess(await sizeOf(/^estimator-.*js$/), 17_000); // when a pose is to be found
    assertLess(await sizeOf(/^personal_training-.*js$/), 20_000); // when somebody trains
    assertLess(await sizeOf(/^probe-.*js$/), 2_000); // when a GPU is met for the first time
    assertLess(await sizeOf(/^animated_gif-.*js$/), 12_000); // when somebody saves one
    const worker = await Deno.readTextFile(join(folder, "service-worker.js"));
    const kept = files.filter((name) => pattern.test(name));
    assertEquals(kept.filter((name) => !worker.includes(`"${name}"`)), []);

    await buildPage(folder, null);
    const without = await Deno.readTextFile(join(folder, "index.html"));
    assertMatch(without, /data-estimator-model=""/);
  });
});

Deno.test("serve: gives the folder's files to this machine and nothing else", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "index.html"), "page");
    await Deno.mkdir(join(folder, "inner"));
    await Deno.writeTextFile(join(folder, "inner", "secret"), "secret");
    const server = serveFolder(folder, 0);
    const other = serveFolder(folder, server.addr.port);
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${server.addr.port}${path}`);
      return `${response.status} ${await response.text()}`;
    };
    assertEquals(await ask("/"), "200 page");
    for (const path of ["/..%2fsecret", "/inner/secret", "/inner%2fsecret", "/inner", "/none"]) {
      assertEquals(await ask(path), "404 not found");
    }
    await server.shutdown();
    await other.shutdown();
  });
});
