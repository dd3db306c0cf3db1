/** The one door through which weights of published networks come in, whatever their format. */
import { readBytes, readText } from "../../data/files/read.ts";
import { parseSafetensors } from "../../engine/safetensors.ts";
import { type GraphFiles, parseGraphWeights } from "../formats/graph_weights.ts";
import { isPyTorchFile, parsePyTorchFile } from "../formats/pytorch_file.ts";
import type { NamedTensors } from "../weights.ts";
import { moveNetPath } from "./published.ts";

/** Bytes of the largest file: a view of 2 GiB is the most that a buffer holds. */
export const LARGEST_WEIGHTS = 2 ** 31 - 1;

/**
 * The tensors in a file: safetensors, what PyTorch saves, or a TensorFlow.js graph model, `NAME.json` with
 * `NAME.bin` beside it.
 * @throws Error of one line that names the file where it cannot be read or is damaged
 */
export async function readWeights(path: string): Promise<NamedTensors> {
  return (await readWeightsFile(path)).tensors;
}

/** As `readWeights`, with what a safetensors file says of itself. @throws as `readWeights` */
export async function readWeightsFile(
  path: string,
): Promise<{ tensors: NamedTensors; metadata: Readonly<Record<string, string>> }> {
  try {
    if (path.endsWith(".json")) {
      return { tensors: parseGraphWeights(await readGraphFiles(path)), metadata: {} };
    }
    const bytes = await readBytes(path, LARGEST_WEIGHTS, "the weights");
    if (isPyTorchFile(bytes)) return { tensors: parsePyTorchFile(bytes), metadata: {} };
    return parseSafetensors(bytes);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The two files of a graph model as they are. */
export async function readGraphFiles(path: string): Promise<GraphFiles> {
  const model = await readText(path, "the network");
  const file = path.replace(/json$/, "bin");
  return { model, weights: await readBytes(file, LARGEST_WEIGHTS, "the weights") };
}

/** The two files of MoveNet for `whose` to carry; null, which it says, where they can't be had. */
export async function moveNetFiles(whose: string): Promise<GraphFiles | null> {
  try {
    return await readGraphFiles(await moveNetPath(undefined, console.log));
  } catch (error) {
    console.log(`${whose} will not find poses in photos: ${(error as Error).message}`);
    return null;
  }
}
