import { Device } from "../../engine/device.ts";
import { checkpointGenerator } from "../../model/checkpoint.ts";
import { Painter } from "../painter.ts";
import { readCheckpoint } from "./checkpoint_file.ts";
import { debugOptions } from "./debug_options.ts";
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
  const generator = checkpointGenerator(await readCheckpoint(checkpointPath));
  const device = await Device.open(debugOptions());
  try {
    const painter = Painter.from(device, generator);
    await work({ painter, findPose: poseFinder(device) });
  } finally {
    device.close();
  }
}
