/**
 * From picture to picture, step by step: a subject and its pose, the target poses, the model's frame, the painter, and
 * putting back.
 *
 * @module
 */
export type { Box, Picture, PoseTransfer, Sample } from "../data/types.ts";
export type { NamedTensors } from "../networks/weights.ts";
export { imageDataOf, type Photo, readPhoto } from "./photo.ts";
export { Painter } from "./painter.ts";
export { type FindPeople, Studio } from "./studio.ts";
export { type PaintOptions, paintSubject, type Subject, subjectIn } from "./subject.ts";
export { fitPoses, type PlacedPose } from "./target_poses.ts";
export type { View } from "./view.ts";
