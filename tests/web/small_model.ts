/** A model that paints soon, for tests to which it does not matter what. */
import { join } from "node:path";
import { Random } from "../../engine/random.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { generatorParameters } from "../../model/generator.ts";
import { initialParameters } from "../../model/parameters.ts";
import { Painter } from "../../repose/painter.ts";
import { writeModel } from "../../train/write_checkpoint.ts";
import { device } from "../op_check.ts";

export const small = modelConfiguration({ preset: "demo", width: 2 });

/** Writes it, untrained, into a folder, and returns its path. */
export async function writeSmallModel(folder: string): Promise<string> {
  const path = join(folder, "small.safetensors");
  const weights = initialParameters(new Random(device, 1), generatorParameters(small));
  await writeModel(path, new Painter(device, small, weights));
  return path;
}
