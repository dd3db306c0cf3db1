import type { Picture } from "../data/types.ts";
import { parseCheckpoint } from "../model/checkpoint.ts";
import { parseGraphWeights } from "../networks/formats/graph_weights.ts";
import type { NamedTensors } from "../networks/weights.ts";
import type { Joints, Size } from "../pose/types.ts";
import { imageDataOf, type Photo, readPhoto } from "./photo.ts";
import { largestOf } from "./people.ts";
import { Studio } from "./studio.ts";
import { type PaintOptions, paintSubject, subjectIn } from "./subject.ts";
import { fitPoses, type PlacedPose, requireAnchors } from "./target_poses.ts";

/** A file: its address, or what it holds. */
export type Source = string | URL | Uint8Array<ArrayBuffer>;

/** What a `Reposer` paints and sees with. */
export interface ReposerFiles {
  /** The generator: safetensors that `train` wrote. */
  readonly model: Source;
  /** MoveNet as a TensorFlow.js graph model, its `.json` and its `.bin`; read when the first pose is to be found. */
  readonly estimator: readonly [json: Source, bin: Source];
}

/** How a picture is painted. */
export interface ReposeOptions extends Pick<PaintOptions, "paste" | "face" | "background"> {
  /** Where the person's joints lie in the photo, in its pixels; without them the estimator looks. */
  readonly photoPose?: Joints;
  /** Pixels of the picture that a pose's joints belong to; those of the photo, where it is not given. */
  readonly poseSize?: Size;
  /** Whose bone lengths the painted person has: the one's in the photo, the default, or the pose's as they are. */
  readonly proportions?: "source" | "target";
}

/** Paints the person of a photo in a pose. */
export interface Reposer {
  /**
   * @param pose a photo of somebody in the pose, or 18 joints in OpenPose's order, as `parsePoseJson` gives them
   * @throws Error of one line where a file does not come, nobody is seen, or the GPU fails
   */
  (photo: Photo, pose: Photo | Joints, options?: ReposeOptions): Promise<ImageData>;
  /** Of what the model paints, in pixels. */
  readonly size: Size;
  /** Releases the GPU. */
  close(): void;
}

/**
 * Opens the GPU and makes a generator ready on it.
 * @throws Error of one line where there is no WebGPU, or the model does not come or is none
 */
export async function openReposer({ model, estimator }: ReposerFiles): Promise<Reposer> {
  const checkpoint = parseCheckpoint(await bytesOf(model), "the model");
  const studio = await Studio.open(checkpoint, () => readEstimator(estimator));
  const { painter, configuration: { size, skeleton } } = studio;
  const findPose = async (picture: Picture) => largestOf(await studio.findPeople(picture));
  const poseIn = async (picture: Picture): Promise<PlacedPose> => (
    { joints: await findPose(picture), size: picture }
  );
  const repose = async (photo: Photo, pose: Photo | Joints, options: ReposeOptions = {}) => {
    const { photoPose, poseSize = null, proportions = "source" } = options;
    const picture = await readPhoto(photo);
    const joints = photoPose ?? await findPose(picture);
    requireAnchors("the photo", joints, skeleton);
    const target = isJoints(pose)
      ? { joints: pose, size: poseSize }
      : await poseIn(await readPhoto(pose));
    requireAnchors("the pose", target.joints, skeleton);
    const subject = subjectIn("the photo", picture, joints, size);
    const person = proportions === "source" ? subject.sample.joints : null;
    const fitted = fitPoses([target], size, person, picture, [target], skeleton);
    const [painted] = await Array.fromAsync(paintSubject(painter, subject, fitted, options));
    return imageDataOf(painted);
  };
  return Object.assign(repose, { size, close: () => studio.device.close() });
}

function isJoints(pose: Photo | Joints): pose is Joints {
  return Array.isArray(pose);
}

async function readEstimator([json, bin]: ReposerFiles["estimator"]): Promise<NamedTensors> {
  const [model, weights] = await Promise.all([json, bin].map(bytesOf));
  return parseGraphWeights({ model: new TextDecoder().decode(model), weights });
}

/** @throws Error of one line that names an address from which nothing comes */
async function bytesOf(source: Source): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return source;
  const failed = (why: string) => new Error(`${source} does not come: ${why}`);
  const response = await fetch(source).catch((error: Error) => {
    throw failed(error.message);
  });
  if (!response.ok) throw failed(`${response.status} ${response.statusText}`.trim());
  return new Uint8Array(await response.arrayBuffer());
}
