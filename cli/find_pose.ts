import type { Picture } from "../data/picture.ts";
import type { Device } from "../engine/device.ts";
import type { Joints } from "../pose/types.ts";

/** Finds the joints of the person in a picture; all are missing where nobody is seen. */
export type FindPose = (picture: Picture) => Promise<Joints>;

/** MoveNet on a device; its weights are read when the first picture comes. */
export function poseFinder(_device: Device): FindPose {
  return () => Promise.reject(new Error("poses of pictures are not found yet: give files"));
}
