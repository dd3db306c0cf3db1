import { assertEquals } from "@std/assert";

/**
 * Runs a script that needs onnxruntime-web, with the dependencies of examples/onnx: so nobody who trains or paints has
 * to fetch its 33 MB.
 */
export async function withOnnxruntime(script: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "--config", "examples/onnx/deno.json", script, ...args],
    cwd: new URL("../../", import.meta.url),
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}
