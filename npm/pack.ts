/**
 * Makes the npm package, `repose-VERSION.tgz`: JavaScript and types as `deno pack` writes them, with the model of people
 * and, where it can be had, MoveNet.
 */
import { packTar, type TarEntry, unpackTar } from "modern-tar";
import { fileURLToPath } from "node:url";
import { writeFile } from "../data/files/write.ts";
import project from "../deno.json" with { type: "json" };
import { moveNetFiles } from "../networks/files/read_weights.ts";
import type { GraphFiles } from "../networks/formats/graph_weights.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What package.json says beside what `deno pack` writes there. */
const fields = {
  name: "repose",
  description:
    "A photo of a person and a target pose in, the same person in that pose out, by WebGPU",
  sideEffects: false,
};

/**
 * Writes the package's archive.
 *
 * @param estimator the weights that find poses in photos; without them, who uses the package must give the joints
 * @throws Error with what `deno pack` says where it fails
 */
export async function packNpm(path: string, estimator: GraphFiles | null): Promise<void> {
  const made = await packDeno();
  const manifest = JSON.parse(textOf(made.get("package.json")!));
  const exports = { ...manifest.exports, "./models/*": "./models/*" };
  const entries = new Map<string, TarEntry["body"]>([
    ...[...made].filter(([name]) => isPart(name)),
    ["package.json", JSON.stringify({ ...manifest, ...fields, exports }, null, 2)],
    ["README.md", await Deno.readFile(here("README.md"))],
  ]);
  if (estimator) {
    entries.set("models/movenet-lightning.json", estimator.model);
    entries.set("models/movenet-lightning.bin", estimator.weights);
    entries.set("models/MOVENET-LICENSE", await Deno.readFile(here("MOVENET-LICENSE")));
  }
  await writeFile(path, await archive(entries));
}

/** JavaScript, types, the model and texts; what `deno pack` takes for an asset besides is source that nothing imports. */
function isPart(name: string): boolean {
  return /\.(js|d\.ts|safetensors)$|LICENSE$/.test(name);
}

/** What `deno pack` makes, by names in the package. */
async function packDeno(): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/package.tgz`;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["pack", "--allow-dirty", "--no-source-maps", "--output", file],
      cwd: here(".."),
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) throw new Error(`deno pack fails: ${textOf(stderr)}`);
    const unzipped = new Blob([await Deno.readFile(file)]).stream()
      .pipeThrough(new DecompressionStream("gzip"));
    const entries = await unpackTar(await new Response(unzipped).bytes());
    return new Map(
      entries.map(({ header, data }) => [header.name.replace(/^package\//, ""), data!.slice()]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function archive(bodies: ReadonlyMap<string, TarEntry["body"]>): Promise<Uint8Array> {
  const entries = Array.from(bodies, ([name, body]) => {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body as Uint8Array;
    const header = { name: `package/${name}`, size: bytes.length, mtime: new Date(0) };
    return { header, body: bytes };
  });
  const packed = new Blob([await packTar(entries)]).stream();
  return await new Response(packed.pipeThrough(new CompressionStream("gzip"))).bytes();
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

if (import.meta.main) {
  const path = `repose-${project.version}.tgz`;
  await packNpm(path, await moveNetFiles("the package"));
  console.log(path);
}
