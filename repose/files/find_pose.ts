import { readMoveNetFiles } from "../../networks/files/movenet_files.ts";
import type { Picture } from "../../data/pictures/picture.ts";
import type { Device } from "../../engine/device.ts";
import { PoseEstimator } from "../../networks/movenet/estimator.ts";
import { parseMoveNetWeights } from "../../networks/movenet/weights.ts";
import type { Joints } from "../../pose/types.ts";

/** Finds the joints of the person in a picture; all are missing where nobody is seen. */
export type FindPose = (picture: Picture) => Promise<Joints>;

/** MoveNet on a device; its weights are read when the first picture comes. */
export function poseFinder(device: Device): FindPose {
  let estimator: Promise<PoseEstimator> | undefined;
  return async (picture) => {
    estimator ??= openEstimator(device);
    const { joints } = await (await estimator).estimate(picture);
    return joints;
  };
}

async function openEstimator(device: Device): Promise<PoseEstimator> {
  const files = await readMoveNetFiles(undefined, (what) => console.error(what));
  return PoseEstimator.from(device, parseMoveNetWeights(files));
}
