import { readCenterNetFiles } from "./centernet_files.ts";
import type { Device } from "../../engine/device.ts";
import { PersonDetector } from "../centernet/detector.ts";
import { parseCenterNetWeights } from "../centernet/weights.ts";

/**
 * CenterNet on a device, with the weights in the user's cache, which are fetched where they are not there.
 * Throws an Error of one line where they cannot be had.
 *
 * @param say is told, in words for people, what is fetched
 */
export async function openDetector(
  device: Device,
  say: (line: string) => void,
): Promise<PersonDetector> {
  const files = await readCenterNetFiles(undefined, say);
  return PersonDetector.from(device, parseCenterNetWeights(files));
}
