/**
 * Poses without a GPU: the skeleton as data, the formats of pose estimators, the parts' regions and affine maps,
 * proportions, and drawing.
 *
 * @module
 */
export * from "./deformation.ts";
export { drawSkeleton } from "./draw.ts";
export { openPosePixels } from "./draw_openpose.ts";
export { formatCocoList, type PosedPicture } from "./formats/coco_write.ts";
export { formatOpenPose } from "./formats/openpose_write.ts";
export type { PoseFormat } from "./formats/orders.ts";
export { parsePoseJson, type PoseFile } from "./formats/pose_json.ts";
export * from "./proportions.ts";
export {
  type Bone,
  human,
  type Limb,
  mirrorJoints,
  missingAnchors,
  type Part,
  type Skeleton,
} from "./skeleton.ts";
export { holdMissing, smoothOverTime } from "./track.ts";
export { transformJoints } from "./transform.ts";
export type { Affine, Joints, Point, Quad, Size } from "./types.ts";
