import type { Device } from "../../engine/device.ts";
import type { Joints, Size } from "../../pose/types.ts";
import type { MoveNetWeights } from "./weights.ts";

/** An RGB picture: 3 bytes a pixel, row-major. */
export interface RgbPicture extends Size {
  readonly pixels: Uint8Array;
}

/** The pose of the person in a picture. */
export interface EstimatedPose {
  /** The joints of `human` in pixels of the picture; null where the score is too low. */
  readonly joints: Joints;
  /** How sure the network is of each joint, 0..1; the neck has the lower score of the shoulders. */
  readonly scores: readonly number[];
}

/** MoveNet on a device: finds the joints of the person in a picture. */
export class PoseEstimator {
  private constructor(readonly device: Device, readonly weights: MoveNetWeights) {}

  /** Uploads the weights. */
  static from(device: Device, weights: MoveNetWeights): PoseEstimator {
    return new PoseEstimator(device, weights);
  }

  /** The person's joints; those with a score below `threshold` (0..1) are missing: all where nobody is seen. */
  estimate(_picture: RgbPicture, _threshold?: number): Promise<EstimatedPose> {
    return Promise.reject(new Error("PoseEstimator is not built yet"));
  }
}
