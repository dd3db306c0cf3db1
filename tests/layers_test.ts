/** Holds the plan of the house: who may import whom, which rooms run in a browser, and that files stay small. */
import { assertEquals, assertGreater } from "@std/assert";

/** Each room with the other rooms it may import. */
const rooms: Record<string, readonly string[]> = {
  engine: [],
  kernels: ["engine"],
  pose: [],
  data: ["pose"],
  networks: ["data", "pose", "kernels", "engine"],
  model: ["networks", "kernels", "engine", "pose"],
  repose: ["model", "networks", "data", "kernels", "engine", "pose"],
  train: ["repose", "model", "networks", "data", "kernels", "engine", "pose"],
  evaluate: ["networks", "data", "kernels", "engine", "pose"],
  study: [
    ...["train", "evaluate", "repose", "model", "networks"],
    ...["data", "kernels", "engine", "pose"],
  ],
  web: ["repose", "model", "networks", "data", "kernels", "engine", "pose"],
  cli: [
    ...["study", "train", "evaluate", "repose", "model", "networks"],
    ...["data", "kernels", "engine", "pose"],
  ],
};
/** Rooms without circles of types either. */
const withoutTypeCircles = ["engine", "kernels"];
/** All of these rooms, and whatever the page imports. */
const browserRooms = ["engine", "kernels", "pose", "model", "networks", "repose"];
/** What needs Deno in them: their files. */
const filesOfRooms = /^(networks|repose)\/files\//;
const page = "web/main.ts";
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

Deno.test("layers: imports run only downwards", () => {
  assertGreater(files.size, 0);
  const upwards: string[] = [];
  for (const [path, text] of files) {
    const allowed = [roomOf(path), ...rooms[roomOf(path)]];
    for (const target of importsOf(path, text)) {
      if (!allowed.includes(roomOf(target))) upwards.push(`${path} imports ${target}`);
    }
  }
  assertEquals(upwards, []);
});

Deno.test(`layers: no file needs itself; in ${withoutTypeCircles.join(" and ")} not even its types`, () => {
  const typeImport = /^(?:import|export) type\b[^;]*;/gm;
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, above: readonly string[]) => {
    if (above.includes(path)) {
      circles.push([...above.slice(above.indexOf(path)), path].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    const text = files.get(path) ?? "";
    const read = withoutTypeCircles.includes(roomOf(path)) ? text : text.replaceAll(typeImport, "");
    for (const target of importsOf(path, read)) visit(target, [...above, path]);
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  assertEquals(circles, []);
});

Deno.test("layers: what runs in a browser uses web standards only", () => {
  const inBrowser = new Set(
    [...files.keys()].filter((path) =>
      browserRooms.includes(roomOf(path)) && !filesOfRooms.test(path)
    ),
  );
  inBrowser.add(page);
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
