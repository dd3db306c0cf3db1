/** Target poses, brought into the model's frame and to the build of the person who is painted in them. */
import { isInside } from "../pose/formats/inside.ts";
import { fitProportions, ofHeight, proportions } from "../pose/proportions.ts";
import { human } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";
import { jointsInView, personView, wholeView } from "./person_view.ts";

/** Whether all joints of some poses lie in a frame. */
function lieIn(frame: Size, poses: readonly Joints[]): boolean {
  return poses.flat().every((point) => point === null || isInside(point, frame));
}

/**
 * Poses of one picture or movement in the model's frame, with the proportions of a person (`fitProportions`).
 *
 * Poses that lie in the frame say where and how tall somebody stands in it: they keep their place on the ground and their
 * height. Others are taken closely into the frame, which says nothing of their height: they get the person's. Where the
 * person does not fit into the frame so, as with raised arms, the poses are taken closely into it once more.
 *
 * @param person the joints of the person in the frame; null leaves the poses in their own proportions
 * @param areOfFrame whether the poses may lie in the frame: whether its pixels are theirs
 * @param movement all poses that are known of who takes these, in the same pixels
 */
export function fitPoses(
  poses: readonly Joints[],
  frame: Size,
  person: Joints | null,
  areOfFrame = true,
  movement = poses,
): Joints[] {
  const isInFrame = areOfFrame && lieIn(frame, poses);
  const view = isInFrame ? wholeView(frame) : personView(poses, frame);
  const placed = (poses: readonly Joints[]) => poses.map((joints) => jointsInView(joints, view));
  const from = proportions(human, movement), to = person && proportions(human, [person]);
  if (!from || !to) return placed(poses);
  const height = isInFrame ? from.height : to.height * view.box.height / frame.height;
  const fitted = placed(fitProportions(human, poses, from, ofHeight(to, height)));
  if (isInFrame || lieIn(frame, fitted)) return fitted;
  const closer = personView(fitted, frame);
  return fitted.map((joints) => jointsInView(joints, closer));
}
