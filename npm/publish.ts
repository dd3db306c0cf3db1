/** Publishes the library on JSR, and both npm packages; `--dry-run` shows what that would be. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import project from "../deno.json" with { type: "json" };

const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
const flags = values["dry-run"] ? ["--dry-run"] : [];

await run(Deno.execPath(), "run", "-q", "-A", "npm/pack.ts"); // what cannot be made stops here
await run(Deno.execPath(), "publish", ...flags);
for (const name of ["repose", "repose-cli"]) {
  await run("npm", "publish", `./${name}-${project.version}.tgz`, ...flags);
}

/** Runs a program in the project's folder, and ends with its code where it fails. */
async function run(program: string, ...args: string[]): Promise<void> {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { code } = await new Deno.Command(program, { args, cwd, stdin: "inherit" }).spawn().status;
  if (code !== 0) Deno.exit(code);
}
