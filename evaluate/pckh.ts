import { seenJoints, type Skeleton } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";
import type { Ratio } from "./score.ts";

/**
 * PCKh, the share of correct joints, as PATN's evaluation counts (Zhu et al., "Progressive Pose Attention Transfer for
 * Person Image Generation", 2019): a joint found in the painted picture is correct when it is less than half a head's
 * width and less than half a head's height away from the target's. The head is the box round the target's seen nose,
 * neck, eyes and ears. Of a pair, `sum` counts the correct joints and `count` the target's seen ones, missed ones
 * included; a target with fewer than two joints of the head counts none. A set's PCKh is one sum divided by the other.
 */
export function pckh(found: Joints, target: Joints, skeleton: Skeleton): Ratio {
  const head = headBox(target, skeleton);
  if (head === null) return { sum: 0, count: 0 };
  const isCorrect = target.map((joint, i) => {
    const other = found[i];
    return joint !== null && other !== null &&
      Math.abs(other.x - joint.x) < head.width / 2 && Math.abs(other.y - joint.y) < head.height / 2;
  });
  return {
    sum: isCorrect.filter((correct) => correct).length,
    count: target.filter((joint) => joint !== null).length,
  };
}

function headBox(joints: Joints, skeleton: Skeleton): Size | null {
  const names = skeleton.parts.flatMap((part) =>
    part.kind === "head" ? [...part.joints, part.base] : []
  );
  const seen = seenJoints(skeleton, joints, names);
  if (seen.length < 2) return null;
  const span = (values: number[]) => Math.max(...values) - Math.min(...values);
  return { width: span(seen.map(({ x }) => x)), height: span(seen.map(({ y }) => y)) };
}
