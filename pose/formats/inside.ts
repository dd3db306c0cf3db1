import type { Point, Size } from "../types.ts";

/**
 * Throws a RangeError that begins with `where` for a joint outside the picture: of the given size,
 * or of any size where none is given. A picture reaches half a pixel past its outermost centres.
 */
export function checkInside({ x, y }: Point, where: string, size?: Size): void {
  const { width, height } = size ?? { width: Infinity, height: Infinity };
  if (x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5) return;
  const picture = size ? `the ${width}x${height} (width x height) picture` : "any picture";
  throw new RangeError(`${where} at (${x}, ${y}) lies outside ${picture}`);
}
