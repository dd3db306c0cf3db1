/** A point or direction in metres: x to the figure's left, y up, z to its front. */
export type Vec3 = readonly [x: number, y: number, z: number];

/** A place and an orientation: `axes` are the unit vectors of its own x, y and z. */
export interface Frame {
  readonly origin: Vec3;
  readonly axes: readonly [Vec3, Vec3, Vec3];
}

/** In view space x points right in the picture, y up and z towards the camera. */
export const viewFrame: Frame = { origin: [0, 0, 0], axes: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };

/** a * p + b * q */
export function combine(a: number, p: Vec3, b: number, q: Vec3): Vec3 {
  return [a * p[0] + b * q[0], a * p[1] + b * q[1], a * p[2] + b * q[2]];
}

export function dot(p: Vec3, q: Vec3): number {
  return p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
}

export function distance(p: Vec3, q: Vec3): number {
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function cross(p: Vec3, q: Vec3): Vec3 {
  return [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
}

export function unit(p: Vec3): Vec3 {
  return combine(1 / Math.hypot(...p), p, 0, p);
}

/** Where the point (x, y, z) of the frame lies outside it. */
export function place({ origin, axes }: Frame, [x, y, z]: Vec3): Vec3 {
  return combine(1, combine(1, origin, x, axes[0]), 1, combine(y, axes[1], z, axes[2]));
}

/** The frame moved along its own axes. */
export function moved(frame: Frame, offset: Vec3): Frame {
  return { origin: place(frame, offset), axes: frame.axes };
}

/** The frame turned about its own axis `axis` (0, 1, 2 = x, y, z) by `angle` radians, right-handed. */
export function turned(frame: Frame, axis: 0 | 1 | 2, angle: number): Frame {
  const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
  const axes: [Vec3, Vec3, Vec3] = [...frame.axes];
  axes[u] = combine(Math.cos(angle), frame.axes[u], Math.sin(angle), frame.axes[v]);
  axes[v] = combine(Math.cos(angle), frame.axes[v], -Math.sin(angle), frame.axes[u]);
  return { origin: frame.origin, axes };
}

/** A frame at `from` whose -y points at `to` and whose x is as near `sideways` as it can be. */
export function frameTowards(from: Vec3, to: Vec3, sideways: Vec3): Frame {
  const y = unit(combine(1, from, -1, to));
  const x = unit(combine(1, sideways, -dot(sideways, y), y));
  return { origin: from, axes: [x, y, cross(x, y)] };
}
