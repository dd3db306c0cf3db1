/** Builds the page: a folder of static files with relative addresses, which any web server can host. */
import { build as bundle, stop } from "esbuild";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPoseTable } from "../data/sets/pose_table.ts";
import { human } from "../pose/skeleton.ts";
import { bundledModel } from "../repose/files/open_studio.ts";
import type { BuiltInPerson } from "./people.ts";
import { moveNetFiles } from "../networks/files/read_weights.ts";
import type { GraphFiles } from "../networks/formats/graph_weights.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The built-in people and their poses. */
export const peopleFolder = here("../examples/people");

/** Where the built page lies. */
export const pageFolder = here("dist");

/**
 * Builds the page into a folder, which it replaces. Names carry a digest of their content, so they may be cached for ever.
 *
 * @param estimator the weights that find poses in photos; without them the page leaves its buttons for that out
 * @param model the file of the generator that it opens with
 */
export async function buildPage(
  folder: string,
  estimator: GraphFiles | null,
  model = bundledModel,
): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.mkdir(folder, { recursive: true });

  const add = async (name: string, content: Uint8Array<ArrayBuffer>) => {
    const path = name.replace(extname(name), `-${await digest(content)}$&`);
    await Deno.writeFile(join(folder, path), content);
    return path;
  };
  const addFile = async (path: string) =>
    await add(basename(path), await Deno.readFile(here(path)));
  const scripts = await bundledScripts();
  for (const { name, content } of scripts) await Deno.writeFile(join(folder, name), content);
  const scriptsOf = (name: string) =>
    scripts.map((script) => script.name).filter((script) => script.startsWith(name));
  const names: Record<string, string> = {
    script: scriptsOf("main-")[0],
    style: await add("style.css", await bundledStyle()),
    icon: await addFile("icon.svg"),
    checkpoint: await add(basename(model), await Deno.readFile(model)),
    people: await addPeople(add),
    estimatorModel: estimator
      ? await add("movenet.json", new TextEncoder().encode(estimator.model))
      : "",
    estimatorWeights: estimator ? await add("movenet.bin", estimator.weights) : "",
  };
  const page = await Deno.readTextFile(here("page.html"));
  const ofEachChunk = (line: string) =>
    scriptsOf("chunk-").map((name) => line.replace("{{chunk}}", name)).join("");
  const filled = page.replace(/.*{{chunk}}.*\n/, ofEachChunk)
    .replaceAll(/{{(\w+)}}/g, (_, name) => names[name]);
  await Deno.writeTextFile(join(folder, "index.html"), filled);
  await Deno.writeFile(join(folder, "service-worker.js"), await bundledServiceWorker(folder));
  for await (const { name } of Deno.readDir(here("publish"))) {
    await Deno.copyFile(here(`publish/${name}`), join(folder, name));
  }
}

/** Adds the pictures of the built-in people, and a list of them with their joints, whose name it returns. */
async function addPeople(
  add: (name: string, content: Uint8Array<ArrayBuffer>) => Promise<string>,
): Promise<string> {
  const table = await readPoseTable(join(peopleFolder, "poses.csv"), human);
  const people: BuiltInPerson[] = [];
  for (const [i, name] of table.names.entries()) {
    const content = await Deno.readFile(join(peopleFolder, name));
    people.push({ picture: await add(`person-${name}`, content), joints: table.joints(i) });
  }
  return await add("people.json", new TextEncoder().encode(JSON.stringify(people)));
}

const common = { bundle: true, minify: true, write: false, outdir: "unused" } as const;

/** The page's script, main; what is asked for later, as the pose estimator and the training; and what they share, chunks. */
async function bundledScripts() {
  const { outputFiles } = await bundle({
    ...common,
    entryPoints: [here("main.ts")],
    splitting: true,
    format: "esm",
    target: "es2023",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    alias: { gifenc: here("gifenc.mjs") },
  });
  await stop();
  return outputFiles.map(({ path, contents }) => ({
    name: basename(path),
    content: contents.slice(),
  }));
}

/** What keeps all files of the folder. */
async function bundledServiceWorker(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const files = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  const kept = ["./", ...files.filter((name) => name !== "index.html")];
  const { outputFiles: [{ contents }] } = await bundle({
    ...common,
    entryPoints: [here("service_worker.ts")],
    define: { FILES: JSON.stringify(kept) },
  });
  await stop();
  return contents.slice();
}

/** The style sheet. */
async function bundledStyle(): Promise<Uint8Array<ArrayBuffer>> {
  const { outputFiles: [{ contents }] } = await bundle({
    ...common,
    entryPoints: [here("style.css")],
  });
  await stop();
  return contents.slice();
}

/** The first digits of the SHA-256. */
async function digest(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", content);
  return new Uint8Array(hash).toHex().slice(0, 10);
}

/** Builds the page for people, with the weights that find poses where they can be had. */
export async function buildWithEstimator(): Promise<void> {
  await buildPage(pageFolder, await moveNetFiles("the page"));
}

if (import.meta.main) {
  await buildWithEstimator();
  console.log(`the page is in ${pageFolder}; any web server can host it`);
}
