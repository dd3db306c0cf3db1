import type { Joints, Point, Size } from "../types.ts";

/** Sides that no picture has. */
const beyond: Size = { width: 2 ** 20, height: 2 ** 20 };

/** @throws RangeError that begins with `where` for a joint that lies in a picture of no size. */
export function checkInside(point: Point, where: string): void {
  if (isInside(point, beyond)) return;
  throw new RangeError(`${where} at (${point.x}, ${point.y}) lies outside any picture`);
}

/**
 * @throws RangeError that begins with `where` and names the joint, of `names`, that lies outside a
 * picture of `size`; where all of them would lie inside with x and y swapped, it says so.
 */
export function checkAllInside(
  joints: Joints,
  names: readonly string[],
  where: string,
  size: Size,
): void {
  const seen = joints.filter((point) => point !== null);
  if (seen.every((point) => isInside(point, size))) return;
  const outside = joints.findIndex((point) => point !== null && !isInside(point, size));
  const { x, y } = joints[outside]!;
  const swapped = seen.every((point) => isInside({ x: point.y, y: point.x }, size));
  const hint = swapped
    ? "; all joints would lie inside with x and y swapped: mend their order"
    : "";
  const picture = `the ${size.width}x${size.height} (width x height) picture`;
  throw new RangeError(
    `${where}: ${names[outside]} at (${x}, ${y}) lies outside ${picture}${hint}`,
  );
}

/** Whether a point lies in a picture, which reaches half a pixel past its outermost pixels' centres. */
export function isInside({ x, y }: Point, { width, height }: Size): boolean {
  return x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5;
}
