import { type Checkpoint, parseCheckpoint } from "../../model/checkpoint.ts";

/** Reads a checkpoint. Throws an Error that names the file and says what is wrong with it. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await Deno.readFile(path).catch((error: Error) => {
    throw new Error(`cannot read the checkpoint: ${error.message}`);
  });
  return parseCheckpoint(bytes, path);
}
