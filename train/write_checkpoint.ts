/** Checkpoints in files, written whole or not at all. */
import { writeFile } from "../data/files/write.ts";
import { checkpointBytes, type Model, modelBytes } from "./checkpoint.ts";

/** Writes what `checkpointBytes` makes of the rest. */
export async function writeCheckpoint(
  path: string,
  ...state: Parameters<typeof checkpointBytes>
): Promise<void> {
  await writeFile(path, await checkpointBytes(...state));
}

/** Writes networks as `modelBytes` makes them. */
export async function writeModel(path: string, model: Model): Promise<void> {
  await writeFile(path, await modelBytes(model));
}
