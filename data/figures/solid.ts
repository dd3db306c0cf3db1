import type { Frame } from "./space.ts";
import type { Material } from "./texture.ts";

/**
 * A quadric of revolution about the frame's y axis, flattened along z: the surface
 * x^2 + (z / flat)^2 = a + b s + c s^2 for from <= s <= to, where s = -y runs down the solid.
 * Cones, bulging limbs, waisted trunks, ellipsoids and rounded ends are all of this form.
 */
export interface Section {
  readonly from: number;
  readonly to: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export interface Solid {
  readonly frame: Frame;
  readonly flat: number;
  readonly sections: readonly Section[];
  /** The greatest radius along x, metres. */
  readonly radius: number;
  readonly material: Material;
}

export interface Profile {
  readonly from: number;
  readonly to: number;
  /** Radius along x at the top, half way and at the bottom. */
  readonly radii: readonly [top: number, middle: number, bottom: number];
  /** Heights of the rounded ends; 0 leaves an end open. */
  readonly caps: readonly [top: number, bottom: number];
  readonly flat?: number;
}

/** The squared radius of a profile as a polynomial in s. */
function side({ from, to, radii }: Profile): Section {
  const length = to - from;
  const [top, middle, bottom] = radii.map((radius) => radius * radius);
  // top + p u + q u^2 with u = s - from.
  const q = 2 * (top + bottom - 2 * middle) / length ** 2;
  const p = (bottom - top) / length - q * length;
  return { from, to, a: top - p * from + q * from * from, b: p - 2 * q * from, c: q };
}

/** Half of an ellipsoid of that radius and height whose equator lies at s = centre. */
function cap(centre: number, radius: number, height: number, from: number, to: number): Section {
  const c = -((radius / height) ** 2);
  return { from, to, a: radius * radius + c * centre * centre, b: -2 * c * centre, c };
}

/** A solid with the profile's sides and rounded ends. */
export function turnedSolid(frame: Frame, profile: Profile, material: Material): Solid {
  const { from, to, radii, caps: [top, bottom], flat = 1 } = profile;
  const sections = [side(profile)];
  if (top > 0) sections.push(cap(from, radii[0], top, from - top, from));
  if (bottom > 0) sections.push(cap(to, radii[2], bottom, to, to + bottom));
  return { frame, flat, sections, radius: Math.max(...radii), material };
}

/** The ellipsoid around the frame's origin with those half-axes. */
export function ellipsoid(
  frame: Frame,
  [x, y, z]: readonly [number, number, number],
  material: Material,
): Solid {
  return { frame, flat: z / x, sections: [cap(0, x, y, -y, y)], radius: x, material };
}

/** Radius of a profile at the share `t` (0 = top, 1 = bottom) of its length. */
export function radiusAt(profile: Profile, t: number): number {
  const { a, b, c } = side(profile);
  const s = profile.from + t * (profile.to - profile.from);
  return Math.sqrt(a + b * s + c * s * s);
}

/** From where to where a section may reach along the view's X (0) or Y (1): all discs as its widest. */
export function sectionExtent(solid: Solid, section: Section, axis: 0 | 1): [number, number] {
  const { frame: { origin, axes }, flat } = solid;
  const { from, to, a, b, c } = section;
  const peak = Math.max(from, Math.min(to, c < 0 ? -b / (2 * c) : from));
  const radius = Math.sqrt(Math.max(...[from, to, peak].map((s) => a + b * s + c * s * s)));
  const reach = radius * Math.hypot(axes[0][axis], flat * axes[2][axis]);
  const ends = [from, to].map((s) => origin[axis] - s * axes[1][axis]);
  return [Math.min(...ends) - reach, Math.max(...ends) + reach];
}

/** From where to where all the solids may reach along the view's X (0) or Y (1). */
export function extent(solids: readonly Solid[], axis: 0 | 1): [low: number, high: number] {
  const extents = solids.flatMap((solid) =>
    solid.sections.map((section) => sectionExtent(solid, section, axis))
  );
  return [Math.min(...extents.map(([low]) => low)), Math.max(...extents.map(([, high]) => high))];
}
