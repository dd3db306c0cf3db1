/**
 * Repose: a photo of a person and a target pose in, the same person in that pose out, by WebGPU.
 *
 * ```ts
 * import { reposer } from "repose";
 *
 * const repose = await reposer();
 * const picture = await repose(photo, pose); // two files, images, canvases or ImageData
 * canvas.getContext("2d").putImageData(picture, 0, 0);
 * ```
 *
 * @module
 */
import { openReposer, type Reposer, type ReposerFiles } from "./repose/reposer.ts";

export type { PoseFormat } from "./pose/formats/orders.ts";
export { parsePoseJson, type PoseFile } from "./pose/formats/pose_json.ts";
export type { Joints, Point, Size } from "./pose/types.ts";
export type { Photo } from "./repose/photo.ts";
export type { ReposeOptions, Reposer, ReposerFiles, Source } from "./repose/reposer.ts";

/** The model of people and MoveNet, beside this file. */
const files: ReposerFiles = {
  model: new URL("./models/people.safetensors", import.meta.url),
  estimator: [
    new URL("./models/movenet-lightning.json", import.meta.url),
    new URL("./models/movenet-lightning.bin", import.meta.url),
  ],
};

/**
 * Opens the GPU and makes a model ready on it.
 *
 * @param given files to use instead of those that come with the package
 * @throws Error of one line where there is no WebGPU, or the model does not come or is none
 */
export async function reposer(given: Partial<ReposerFiles> = {}): Promise<Reposer> {
  return await openReposer({ ...files, ...given });
}
