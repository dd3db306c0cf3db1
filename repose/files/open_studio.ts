import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isFolder, isThere } from "../../data/files/look.ts";
import { readBytes } from "../../data/files/read.ts";
import type { Device } from "../../engine/device.ts";
import { type Checkpoint, parseCheckpoint } from "../../model/checkpoint.ts";
import { moveNetPath } from "../../networks/files/published.ts";
import { LARGEST_WEIGHTS, readWeights } from "../../networks/files/read_weights.ts";
import { openDevice } from "./open_device.ts";
import { type FindPeople, peopleFinder, Studio } from "../studio.ts";

/** The file in a run's folder that has its networks alone. */
export const MODEL_FILE = "model.safetensors";

/** The checkpoint's file that a path names: itself, or that of a run's folder. @throws Error where that has none. */
export async function checkpointFile(path: string): Promise<string> {
  if (!await isFolder(path)) return path;
  const file = join(path, MODEL_FILE);
  if (await isThere(file)) return file;
  throw new Error(`${path} is no folder of a run that saved a model: it has no ${MODEL_FILE}`);
}

/**
 * Reads a checkpoint, or that of a run's folder.
 * @throws Error that names the file and says what is wrong with it.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const file = await checkpointFile(path);
  return parseCheckpoint(await readBytes(file, LARGEST_WEIGHTS, "the checkpoint"), file);
}

const readMoveNet = async () => await readWeights(await moveNetPath());

/** The model that comes with the program: models/README.md tells what it knows. */
export const bundledModel = fileURLToPath(import.meta.resolve("../../models/people.safetensors"));

/** A studio with the generator of a checkpoint's file. @throws Error of one line that names the file. */
export async function openStudio(checkpoint: string): Promise<Studio> {
  return await Studio.open(await readCheckpoint(checkpoint), readMoveNet, openDevice);
}

/** Finds people by the MoveNet in the user's cache, which is fetched where it is not there. */
export const openPeopleFinder = (device: Device): FindPeople => peopleFinder(device, readMoveNet);
