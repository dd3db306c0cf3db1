import { assertEquals } from "@std/assert";

/**
 * Runs a script with the dependencies of another deno.json, so that nobody who trains or paints has to fetch what only
 * tests need. Paths begin in the repository.
 */
export async function runScript(
  config: string,
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "--config", config, script, ...args],
    cwd: new URL("../", import.meta.url),
    env,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}
