import type { Picture, Sample } from "../data/types.ts";
import { personMask } from "../pose/person_mask.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import { authorsSsim, ssim } from "./ssim.ts";

/** A picture that is black where `mask` (row-major [H, W]) is 0. */
export function masked({ width, height, pixels }: Picture, mask: Uint8Array): Picture {
  const kept = new Uint8Array(pixels.length);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 0) kept.set(pixels.subarray(3 * i, 3 * i + 3), 3 * i);
  }
  return { width, height, pixels: kept };
}

/**
 * Mask-SSIM of Ma et al. ("Pose Guided Person Image Generation", 2017) as the Deformable GAN's evaluation computes it:
 * both pictures are multiplied by the `personMask` of the target's pose, and compared by `authorsSsim` as a whole, black
 * surroundings included; the data range is that of the painted picture after the mask.
 * @throws as `ssim` and `personMask` do.
 */
export function maskSsim(
  painted: Picture,
  { picture, joints }: Sample,
  skeleton: Skeleton,
): number {
  const mask = personMask(joints, picture, skeleton);
  return ssim(masked(painted, mask), masked(picture, mask), authorsSsim);
}
