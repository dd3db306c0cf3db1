import type { Bones } from "./bones.ts";
import { headSolids } from "./head.ts";
import type { Bag, Build, Identity } from "./identity.ts";
import { armSolids, legSolids } from "./limbs.ts";
import { type Profile, type Solid, turnedSolid } from "./solid.ts";
import {
  combine,
  distance,
  dot,
  type Frame,
  frameTowards,
  moved,
  place,
  type Vec3,
} from "./space.ts";
import { type Material, plain } from "./texture.ts";

/** The clothed body around the bones. */
export function bodySolids(identity: Identity, bones: Bones): Solid[] {
  const { build, bag } = identity;
  return [
    ...trunk(identity, bones),
    ...headSolids(identity, bones),
    ...armSolids(identity, bones.arms.right),
    ...armSolids(identity, bones.arms.left),
    ...legSolids(identity, bones.legs.right),
    ...legSolids(identity, bones.legs.left),
    ...(identity.bottom.kind === "skirt" ? [skirt(identity, bones)] : []),
    ...(bag ? bagSolids(bag, build, bones) : []),
  ];
}

/** Depth of the ribcage over its width; the hips are rounder, and the shirt hangs free of them. */
const RIBCAGE_DEPTH = 0.62;
const HIP_DEPTH = 0.68;
const SHIRT_DEPTH = 0.74;

/** Radii along x of the waist and of the hips. */
function girth({ hip, bulk }: Build): [waist: number, hips: number] {
  return [0.13 * bulk, hip + 0.08 * bulk];
}

function trunk({ build, top, bottom }: Identity, { pelvis, chest }: Bones): Solid[] {
  const { bulk, shoulder } = build;
  const [waist, hips] = girth(build);
  const shoulders = 0.1 - build.torso;
  const ribcage: Profile = {
    from: shoulders + 0.03,
    to: 0,
    radii: [shoulder + 0.01, 0.05 + 0.05 * bulk + 0.28 * shoulder, waist],
    caps: [0.085, 0.05],
    flat: RIBCAGE_DEPTH,
  };
  const seat: Profile = {
    from: 0.02,
    to: 0.12,
    radii: [waist, (waist + hips) / 2 + 0.006, hips],
    caps: [0, 0.09],
    flat: HIP_DEPTH,
  };
  const shirt: Profile = {
    from: 0,
    to: top.hem,
    radii: [waist + 0.006, (waist + hips) / 2 + 0.024, hips + 0.03],
    caps: [0.04, 0],
    flat: SHIRT_DEPTH,
  };
  return [
    turnedSolid(chest, ribcage, top.material),
    turnedSolid(pelvis, seat, bottom.material),
    turnedSolid(pelvis, shirt, top.material),
  ];
}

/** Hangs from the waist around both thighs, and reaches as far down as they do. */
function skirt({ build, top, bottom }: Identity, { pelvis, legs }: Bones): Solid {
  const thigh = (leg: Frame) => place(leg, [0, -build.leg * bottom.length, 0]);
  const [right, left] = [thigh(legs.right.upper), thigh(legs.left.upper)];
  const between = combine(0.5, right, 0.5, left);
  const frame = frameTowards(pelvis.origin, between, pelvis.axes[0]);
  const apart = combine(0.5, right, -0.5, left);
  const [wide, deep] = [frame.axes[0], frame.axes[2]].map((axis) =>
    Math.abs(dot(apart, axis)) + 0.1
  );
  const [, hips] = girth(build);
  const hem = Math.max(hips + 0.03, wide, deep / 1.1);
  const profile: Profile = {
    from: top.hem - 0.03,
    to: distance(pelvis.origin, between),
    radii: [hips - 0.01, (hips + hem) / 2 + 0.01, hem],
    caps: [0.05, 0],
    flat: Math.min(1.1, Math.max(0.72, deep / hem)),
  };
  return turnedSolid(frame, profile, bottom.material);
}

function bagSolids({ kind, material }: Bag, { torso }: Build, bones: Bones): Solid[] {
  const { chest, pelvis, neck } = bones;
  if (kind === "shoulder") {
    const bag = moved(pelvis, [0.21, -0.12, 0]);
    const strap = (z: number) =>
      strapSolid(place(neck, [0.1, 0.03, 0.3 * z]), place(bag, [-0.02, 0.1, z]), neck, material);
    return [
      turnedSolid(bag, bagShape([0.04, 0.045, 0.045], 0.09, 2.4), material),
      strap(0.12),
      strap(-0.12),
    ];
  }
  const bag = moved(chest, [0, 0.5 * torso - 0.05, -0.16]);
  const strap = (x: number) =>
    strapSolid(place(neck, [x, 0.02, 0.05]), place(neck, [1.1 * x, -0.24, 0.115]), neck, material);
  return [
    turnedSolid(bag, bagShape([0.12, 0.14, 0.14], 0.13, 0.55), material),
    strap(0.1),
    strap(-0.1),
  ];
}

function bagShape(radii: Profile["radii"], halfHeight: number, flat: number): Profile {
  return { from: -halfHeight, to: halfHeight, radii, caps: [0.05, 0.03], flat };
}

function strapSolid(from: Vec3, to: Vec3, { axes }: Frame, { colour }: Material): Solid {
  const shape = {
    from: 0,
    to: distance(from, to),
    radii: [0.02, 0.022, 0.02],
    caps: [0.02, 0.02],
  } as const;
  return turnedSolid(frameTowards(from, to, axes[0]), shape, plain(colour));
}
