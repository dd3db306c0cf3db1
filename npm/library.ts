/** The package `repose`: the library for browsers, without dependencies. */
import { fileURLToPath } from "node:url";
import type { GraphFiles } from "../networks/formats/graph_weights.ts";
import { type Files, unpackArchive } from "./archive.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What package.json says beside what `deno pack` writes there. */
const fields = {
  name: "repose",
  description:
    "A photo of a person and a target pose in, the same person in that pose out, by WebGPU",
  sideEffects: false,
};

/**
 * JavaScript and types as `deno pack` writes them, the model of people and MoveNet.
 *
 * @param estimator MoveNet; without it, who uses the package must give the joints of people in photos
 * @throws Error with what `deno pack` says where it fails
 */
export async function libraryFiles(estimator: GraphFiles | null): Promise<Files> {
  const made = await denoPack();
  const manifest = JSON.parse(textOf(made.get("package.json")!));
  const exports = { ...manifest.exports, "./models/*": "./models/*" };
  const files = new Map<string, string | Uint8Array>([
    ...[...made].filter(([name]) => isPart(name)),
    ["package.json", JSON.stringify({ ...manifest, ...fields, exports }, null, 2)],
    ["README.md", await Deno.readTextFile(here("README.md"))],
  ]);
  if (estimator) {
    files.set("models/movenet-lightning.json", estimator.model);
    files.set("models/movenet-lightning.bin", estimator.weights);
    files.set("models/MOVENET-LICENSE", await Deno.readTextFile(here("MOVENET-LICENSE")));
  }
  return files;
}

/** JavaScript, types, the model and licences; `deno pack` adds what nothing imports as TypeScript. */
function isPart(name: string): boolean {
  return /\.(js|d\.ts|safetensors)$|LICENSE$/.test(name);
}

async function denoPack(): Promise<Map<string, Uint8Array>> {
  const file = await Deno.makeTempFile({ suffix: ".tgz" });
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["pack", "--allow-dirty", "--no-source-maps", "--output", file],
      cwd: here(".."),
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) throw new Error(`deno pack fails: ${textOf(stderr)}`);
    return await unpackArchive(await Deno.readFile(file));
  } finally {
    await Deno.remove(file);
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
