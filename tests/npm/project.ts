import { dirname, join } from "node:path";
import { type Files, packArchive, unpackArchive } from "../../npm/archive.ts";

/** Makes a project in a folder that has a package installed, as it comes out of its archive. */
export async function install(folder: string, name: string, files: Files): Promise<void> {
  const archive = await packArchive(files);
  for (const [path, content] of await unpackArchive(archive.slice())) {
    const file = join(folder, "node_modules", name, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeFile(file, content);
  }
  await Deno.writeTextFile(join(folder, "package.json"), '{"type": "module"}');
}

/** What Deno prints, as it runs in a project. */
export async function runDeno(folder: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}
