import { Device } from "../engine/device.ts";
import { checkpointModel, checkpointValues } from "../model/checkpoint.ts";
import { generatorParameters } from "../model/generator.ts";
import { Painter } from "../model/painter.ts";
import { readCheckpoint } from "../train/checkpoint.ts";
import { type FindPose, poseFinder } from "./find_pose.ts";

/** What it takes to paint people from pictures. */
export interface Studio {
  readonly painter: Painter;
  readonly findPose: FindPose;
}

/** Works in a studio with the generator of a checkpoint, on a device of its own. */
export async function inStudio(
  checkpointPath: string,
  work: (studio: Studio) => Promise<void>,
): Promise<void> {
  const checkpoint = await readCheckpoint(checkpointPath);
  const model = checkpointModel(checkpoint);
  const values = checkpointValues(checkpoint, generatorParameters(model));
  const device = await Device.open();
  try {
    const painter = Painter.from(device, model, values);
    await work({ painter, findPose: poseFinder(device) });
  } finally {
    device.close();
  }
}
