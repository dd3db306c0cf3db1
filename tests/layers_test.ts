/** Holds docs/architecture.md: who may import whom, which rooms run in a browser, and that files stay small. */
import { assertEquals, assertGreater } from "@std/assert";

/** The rooms from the ground up: each may import those before it, but for those named. */
const rooms: Record<string, readonly string[]> = {
  engine: [],
  pose: ["engine"],
  kernels: ["pose"],
  data: ["engine", "kernels"],
  networks: [],
  model: [],
  export: [],
  repose: [],
  train: [],
  evaluate: ["train", "model"],
  study: [],
  web: ["evaluate", "study"],
  cli: ["web"],
};
/** All of these rooms but their folders files/, and whatever the page and the library import. */
const browserRooms = ["engine", "kernels", "pose", "networks", "model", "export", "repose"];
const page = ["web/main.ts", "web/service_worker.ts"];
const library = "mod.ts";
const mostLines = 400;

const root = new URL("../", import.meta.url);
const files = new Map<string, string>(); // path from the root -> text
for (const room of Object.keys(rooms)) await read(room);

async function read(folder: string) {
  try {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
      const path = `${folder}/${name}`;
      if (isDirectory) await read(path);
      else if (/\.(ts|wgsl)$/.test(name)) {
        files.set(path, await Deno.readTextFile(new URL(path, root)));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // a room that is not built yet
  }
}

/** The project files that `text`, lying at `path`, imports, as paths from the root. */
function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)]
    .map(([, relative]) => new URL(relative, `file:///${path}`).pathname.slice(1));
}

const roomOf = (path: string) => path.split("/")[0];

Deno.test("layers: imports run only downwards, those of types too", () => {
  assertGreater(files.size, 0);
  const order = Object.keys(rooms);
  const upwards: string[] = [];
  for (const [path, text] of files) {
    const room = roomOf(path);
    const below = order.slice(0, order.indexOf(room) + 1);
    for (const target of importsOf(path, text)) {
      const isBelow = below.includes(roomOf(target)) && !rooms[room].includes(roomOf(target));
      if (!isBelow) upwards.push(`${path} imports ${target}`);
    }
  }
  assertEquals(upwards, []);
});

Deno.test("layers: no module needs itself, nor its types", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, above: readonly string[]) => {
    if (above.includes(path)) {
      circles.push([...above.slice(above.indexOf(path)), path].join(" -> "));
    }
    if (done.has(path) || above.includes(path)) return;
    for (const target of importsOf(path, files.get(path) ?? "")) visit(target, [...above, path]);
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  assertEquals(circles, []);
});

Deno.test("layers: what runs in a browser uses web standards only", async () => {
  const inBrowser = new Set(
    [...files.keys()].filter((path) =>
      browserRooms.includes(roomOf(path)) && !path.split("/").includes("files")
    ),
  );
  for (const path of page) inBrowser.add(path);
  const text = await Deno.readTextFile(new URL(library, root));
  for (const target of importsOf(library, text)) inBrowser.add(target);
  for (const path of inBrowser) { // goes on with what is added
    for (const target of importsOf(path, files.get(path) ?? "")) inBrowser.add(target);
  }
  const foreign: string[] = [];
  for (const path of inBrowser) {
    const code = files.get(path)!.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, "");
    for (const [use] of code.matchAll(/\bDeno\s*\.|["']node:|(?<!\w)(?:Buffer|process)\s*[.(]/g)) {
      foreign.push(`${path} uses ${use}`);
    }
  }
  assertEquals(foreign, []);
});

Deno.test(`layers: no file is longer than ${mostLines} lines`, () => {
  const long: string[] = [];
  for (const [path, text] of files) {
    const lines = text.trimEnd().split("\n").length;
    if (lines > mostLines) long.push(`${path} has ${lines} lines`);
  }
  assertEquals(long, []);
});
