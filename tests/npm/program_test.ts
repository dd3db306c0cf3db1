/** The npm package of the command line, installed in a project that knows nothing of this repository. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { programFiles } from "../../npm/program.ts";
import { inFolder } from "../data/fixtures.ts";
import { install, runDeno } from "./project.ts";

const files = await programFiles();
const { dependencies } = JSON.parse(files.get("package.json") as string);

/** What a file names: its imports, workers and assets. */
function namesIn(code: string): string[] {
  const names = code.matchAll(/(?:\bfrom|\bimport|\bimport\(|resolve\(|new URL\()\s*"([^"\s]+)"/g);
  return [...names].map(([, name]) => name);
}

Deno.test("npm program: each file that it names is in it, each package among its dependencies", () => {
  const missing: string[] = [];
  for (const [path, content] of files) {
    if (!path.endsWith(".js")) continue;
    for (const name of namesIn(content as string)) {
      if (name.startsWith("node:") || /^https?:/.test(name)) continue;
      const isFile = name.startsWith(".") || /\.js$/.test(name) && !name.includes("/");
      const isThere = isFile
        ? files.has(join(dirname(path), name))
        : Object.keys(dependencies).some((known) => name === known || name.startsWith(`${known}/`));
      if (!isThere) missing.push(`${path}: ${name}`);
    }
  }
  assertEquals(missing, []);
});

Deno.test("npm program: installed, it trains, in workers too, and tells its version", () =>
  inFolder(async (folder) => {
    await install(folder, "repose-cli", files);
    for (const name of Object.keys(dependencies)) {
      const place = join(folder, "node_modules", name);
      await Deno.mkdir(dirname(place), { recursive: true });
      await Deno.symlink(new URL(`../../node_modules/${name}`, import.meta.url), place);
    }
    const program = ["run", "-A", "--no-lock", "node_modules/repose-cli/cli.js"];
    assertEquals(await runDeno(folder, ...program, "--version"), `${project.version}\n`);
    const small = ["--width", "1", "--batch", "1", "--steps", "1", "--out", "run"];
    assertStringIncludes(await runDeno(folder, ...program, "train", ...small), "step 1/1");
    await Deno.stat(join(folder, "run", "model.safetensors"));
  }));
