/** The one door through which weights of published networks come in, whatever their format. */
import { parseSafetensors } from "../../engine/safetensors.ts";
import { type GraphFiles, parseGraphWeights } from "../formats/graph_weights.ts";
import { isPyTorchFile, parsePyTorchFile } from "../formats/pytorch_file.ts";
import type { NamedTensors } from "../weights.ts";

/**
 * The tensors in a file: safetensors, what PyTorch saves, or a TensorFlow.js graph model, `NAME.json` with
 * `NAME.bin` beside it.
 * @throws Error of one line that names the file where it cannot be read or is damaged
 */
export async function readWeights(path: string): Promise<NamedTensors> {
  try {
    if (path.endsWith(".json")) return parseGraphWeights(await readGraphFiles(path));
    const bytes = await Deno.readFile(path);
    return isPyTorchFile(bytes) ? parsePyTorchFile(bytes) : parseSafetensors(bytes).tensors;
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The two files of a graph model as they are. */
export async function readGraphFiles(path: string): Promise<GraphFiles> {
  const model = await Deno.readTextFile(path);
  return { model, weights: await Deno.readFile(path.replace(/json$/, "bin")) };
}
