import type { LimbBones } from "./bones.ts";
import type { Identity } from "./identity.ts";
import { ellipsoid, type Profile, radiusAt, type Solid, turnedSolid } from "./solid.ts";
import { type Frame, moved } from "./space.ts";
import { type Material, plain } from "./texture.ts";

export function armSolids(
  { build, skin, top }: Identity,
  { upper, lower, end }: LimbBones,
): Solid[] {
  const thick = 0.5 + 0.5 * build.bulk;
  const cloth = { material: top.sleeves, ease: 0.008, length: top.sleeveLength };
  return [
    ...limbSolids(upper, build.upperArm, [0.047, 0.047, 0.041], thick, skin, cloth),
    ...limbSolids(lower, build.lowerArm, [0.041, 0.041, 0.03], thick, skin, shifted(cloth)),
    ellipsoid(moved(end, [0, -0.06, 0]), [0.026, 0.08, 0.042], plain(skin)),
  ];
}

export function legSolids(identity: Identity, { upper, lower, end }: LimbBones): Solid[] {
  const { build, skin, bottom, shoes } = identity;
  const thick = 0.4 + 0.6 * build.bulk;
  const length = bottom.kind === "legs" ? bottom.length : 0;
  const cloth = { material: bottom.material, ease: bottom.ease, length };
  const shoe: Profile = {
    from: -0.04,
    to: 0.13,
    radii: [0.042, 0.048, 0.04],
    caps: [0.035, 0.06],
    flat: 0.9,
  };
  return [
    ...limbSolids(upper, build.leg, [0.068, 0.081, 0.06], thick, skin, cloth),
    ...limbSolids(lower, build.leg, [0.058, 0.058, 0.038], thick, skin, shifted(cloth)),
    turnedSolid(moved(end, [0, 0, -0.03]), shoe, shoes),
  ];
}

interface Cloth {
  readonly material: Material;
  /** How far it stands off the skin, metres. */
  readonly ease: number;
  /** In bones: 0.5 covers the first half of this bone, 2 this bone and the next. */
  readonly length: number;
}

function shifted(cloth: Cloth): Cloth {
  return { ...cloth, length: cloth.length - 1 };
}

/** One bone of a limb: its skin, and the cloth that covers it from its joint on. */
function limbSolids(
  frame: Frame,
  length: number,
  radii: readonly [number, number, number],
  thick: number,
  skin: Identity["skin"],
  cloth: Cloth,
): Solid[] {
  const [start, middle, end] = radii.map((radius) => radius * thick);
  const bare: Profile = { from: 0, to: length, radii: [start, middle, end], caps: [start, end] };
  const covered = Math.min(1, cloth.length);
  const solids = [];
  if (covered < 1) solids.push(turnedSolid(frame, bare, plain(skin)));
  if (covered > 0) {
    const radius = (t: number) => radiusAt(bare, t) + cloth.ease;
    const sleeve: Profile = {
      from: 0,
      to: covered * length,
      radii: [radius(0), radius(covered / 2), radius(covered)],
      caps: [radius(0), covered < 1 || cloth.length === 1 ? 0 : radius(1)],
    };
    solids.push(turnedSolid(frame, sleeve, cloth.material));
  }
  return solids;
}
