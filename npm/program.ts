/** The package `repose-cli`: the command line, for Deno. */
import { stop, transform } from "esbuild";
import project from "../deno.json" with { type: "json" };
import type { Files } from "./archive.ts";

const root = new URL("../", import.meta.url);

/** Where its source lies. */
const parts = ["cli.ts", ..."cli data engine evaluate export kernels".split(" ")]
  .concat("model networks pose repose study train".split(" "));

/** What comes along as it is. */
const assets = ["deno.json", "LICENSE", "models/people.safetensors"];

const readme = `# Repose

The command line of Repose: a photo of a person and a target pose in, the same person in that pose
out. It runs by [Deno](https://deno.com), 2.9 or newer, on any GPU that WebGPU finds.

    deno install -gA -n repose npm:repose-cli
    repose generate --source me.jpg --pose target.jpg --out out.png
    repose help

Where its help says \`./run\`, type \`repose\`.
`;

/** The source as JavaScript, file by file, with the model of people. */
export async function programFiles(): Promise<Files> {
  const files = new Map<string, string | Uint8Array>();
  for (const part of parts) await add(part);
  await stop();
  for (const name of assets) files.set(name, await Deno.readFile(new URL(name, root)));
  files.set("README.md", readme);
  files.set("package.json", JSON.stringify(manifest(files), null, 2));
  return files;

  async function add(path: string): Promise<void> {
    const url = new URL(path, root);
    if (path.endsWith(".ts")) {
      const code = await javaScriptOf(await Deno.readTextFile(url));
      files.set(path.replace(/ts$/, "js"), code);
    } else if ((await Deno.stat(url)).isDirectory) {
      const names = Array.from(Deno.readDirSync(url), ({ name }) => `${path}/${name}`);
      for (const name of names.sort()) await add(name);
    }
  }
}

/** The code of a file without its types; files that it names are JavaScript too. */
async function javaScriptOf(source: string): Promise<string> {
  const { code } = await transform(source, { loader: "ts", target: "esnext" });
  return code.replaceAll(/(["'])((?:\.{1,2}\/[\w/.-]+|\w+_worker))\.ts\1/g, "$1$2.js$1");
}

/** package.json, with the packages that the code imports. */
function manifest(files: Files) {
  const code = [...files.values()].filter((content) => typeof content === "string").join("\n");
  const dependencies = Object.entries(project.imports)
    .filter(([name]) => code.includes(`"${name}"`) || code.includes(`"${name}/`))
    .map(([name, specifier]) => [name, specifier.replace(`npm:${name}@`, "")]);
  return {
    name: "repose-cli",
    version: project.version,
    description: "Repaints a person from a photo in another pose, by WebGPU and Deno",
    license: project.license,
    type: "module",
    bin: { repose: "cli.js" },
    dependencies: Object.fromEntries(dependencies),
  };
}
