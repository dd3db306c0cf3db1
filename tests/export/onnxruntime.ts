import { runScript } from "../script.ts";

/** Runs a script that needs onnxruntime-web, 33 MB, with the dependencies of examples/onnx. */
export const withOnnxruntime = (script: string, ...args: string[]): Promise<void> =>
  runScript("examples/onnx/deno.json", script, args);
