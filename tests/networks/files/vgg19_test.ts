import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { join } from "node:path";
import {
  parseSafetensors,
  serializeSafetensors,
  storedFloat32,
  type StoredTensor,
} from "../../../engine/safetensors.ts";
import {
  digestVggWeights,
  fetchVggWeights,
  loadVggWeights,
  vggCachePath,
} from "../../../networks/files/vgg19.ts";

/** A VGG-19 file of made-up weights, with a large tensor before and after those that are needed. */
function vggFile(): Uint8Array<ArrayBuffer> {
  const sizes: [string, number[]][] = [
    ["classifier.0.weight", [1 << 20]],
    ["features.0.bias", [64]],
    ["features.0.weight", [64, 3, 3, 3]],
    ["features.12.weight", [1 << 20]],
    ["features.16.weight", [3]],
    ["features.2.bias", [64]],
    ["features.2.weight", [64, 64, 3, 3]],
    ["features.5.bias", [128]],
    ["features.5.weight", [128, 64, 3, 3]],
    ["head.fc.weight", [1 << 20]],
  ];
  const tensors = new Map<string, StoredTensor>();
  for (const [name, shape] of sizes) {
    const length = shape.reduce((a, b) => a * b);
    tensors.set(
      name,
      storedFloat32(Float32Array.from({ length }, (_, i) => Math.sin(i + 1)), shape),
    );
  }
  return serializeSafetensors(tensors);
}

const file = vggFile();

function answerRange(request: Request): Response {
  const [begin, last] = (request.headers.get("range") ?? "").match(/\d+/g)?.map(Number) ?? [];
  const body = file.slice(begin, last + 1);
  sent += body.length;
  const range = `bytes ${begin}-${last}/${file.length}`;
  return new Response(body, { status: 206, headers: { "content-range": range } });
}

/** The beginning of the file in small pieces, then a broken connection. */
function breakOff(): Response {
  let position = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (position > 30_000) return controller.error(new Error("pulled the plug"));
      controller.enqueue(file.slice(position, position += 1000));
    },
  });
  return new Response(body);
}

let sent = 0; // bytes that answerRange sent

const answers: Record<string, (request: Request) => Response> = {
  "/ranges": answerRange,
  "/whole": () => new Response(file),
  "/breaks": breakOff,
  "/cut": () => new Response(file.slice(0, 3), { status: 206 }),
  "/short": () => new Response(file.slice(0, file.length / 2)),
  "/page": () => new Response("<html>Please log in to see this file</html>"),
};

/** Runs `test` beside a server with the answers above and with a folder of its own. */
async function withServer(test: (address: string, folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  const handler = (request: Request) =>
    answers[new URL(request.url).pathname]?.(request) ??
      new Response("", { status: 404, statusText: "Not Found" });
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response() },
    handler,
  );
  try {
    await test(`http://127.0.0.1:${server.addr.port}`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("vgg_fetch: with or without range requests, or from a file, the same weights are kept", async () => {
  await withServer(async (address, folder) => {
    const local = join(folder, "published.safetensors");
    await Deno.writeFile(local, file);
    const kept = join(folder, "cache", "repose", "vgg19.safetensors");
    for (const source of [`${address}/ranges`, `${address}/whole`, local]) {
      await fetchVggWeights(source, kept);
      assertEquals(await loadVggWeights(kept), await loadVggWeights(local));
      const { metadata, tensors } = parseSafetensors(await Deno.readFile(kept));
      const sha256 = await digestVggWeights(await loadVggWeights(local));
      assertEquals(metadata, { source, sha256 });
      tensors.get("features.0.bias")!.data[0] ^= 1;
      await Deno.writeFile(kept, serializeSafetensors(tensors, metadata));
      await assertRejects(() => loadVggWeights(kept), Error, `${kept}: altered since it was kept`);
    }
    assertLess(sent, 500_000);
  });
});

Deno.test("vgg_fetch: what fails is said in one line and leaves the kept file alone", async () => {
  await withServer(async (address, folder) => {
    const kept = join(folder, "vgg19.safetensors");
    await Deno.writeTextFile(kept, "as it was");
    const text = join(folder, "notes.txt");
    await Deno.writeTextFile(text, "These are not weights.");
    const failures: [string, string][] = [
      [`${address}/none`, "the server answers 404 Not Found; check the address"],
      [`${address}/breaks`, "breaks off before its end; try again"],
      [`${address}/cut`, "breaks off before its end; try again"],
      [`${address}/short`, "breaks off before its end; try again"],
      [`${address}/page`, "not a safetensors file"],
      ["http://127.0.0.1:1/", "can't be reached"],
      ["http://", "Invalid URL"],
      [text, "not a safetensors file"],
      [join(folder, "missing"), "No such file"],
      [folder, "is a folder, not a file"],
    ];
    for (const [source, message] of failures) {
      const error = await assertRejects(() => fetchVggWeights(source, kept), Error, message);
      assertEquals(error.message.startsWith(`${source}: `), true, error.message);
      assertEquals(error.message.includes("\n"), false);
    }
    assertEquals(await Deno.readTextFile(kept), "as it was");
    assertEquals([...Deno.readDirSync(folder)].length, 2, "no temporary file is left");
  });
});

Deno.test("vgg_fetch: a missing or wrong cache says how to get the weights", async () => {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "vgg19.safetensors");
  await assertRejects(() => loadVggWeights(path), Error, "fetch them with: ./run weights vgg19");
  await Deno.writeTextFile(path, "half");
  await assertRejects(
    () => loadVggWeights(path),
    Error,
    `${path}: safetensors: the file has 4 bytes`,
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("vgg_fetch: the cache lies in the user's cache folder", () => {
  const names = ["XDG_CACHE_HOME", "HOME"];
  const before = names.map((name) => Deno.env.get(name));
  try {
    Deno.env.set("HOME", "/home/someone");
    Deno.env.delete("XDG_CACHE_HOME");
    assertEquals(vggCachePath(), "/home/someone/.cache/repose/vgg19.safetensors");
    Deno.env.set("XDG_CACHE_HOME", "/var/cache");
    assertEquals(vggCachePath(), "/var/cache/repose/vgg19.safetensors");
  } finally {
    names.forEach((name, i) => {
      const value = before[i];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    });
  }
});
