import type { Bones } from "./bones.ts";
import type { Hair, Identity } from "./identity.ts";
import { ellipsoid, type Solid, turnedSolid } from "./solid.ts";
import { moved, type Vec3 } from "./space.ts";
import { type Material, mix, plain } from "./texture.ts";

export function headSolids({ build, skin, hair }: Identity, { neck, head }: Bones): Solid[] {
  const scaled = (v: Vec3): Vec3 => [v[0] * build.head, v[1] * build.head, v[2] * build.head];
  const part: HeadPart = (centre, halfAxes, material) =>
    ellipsoid(moved(head, scaled(centre)), scaled(halfAxes), material);
  const flesh = plain(skin);
  const shaded = plain(mix(skin, [120, 50, 40], 0.25));
  const lips = plain(mix(skin, [150, 30, 40], 0.65));
  const dark = plain([30, 24, 24]);
  const throat = { from: -0.12, to: 0.03, radii: [0.046, 0.046, 0.06], caps: [0, 0] } as const;
  return [
    turnedSolid(neck, throat, flesh),
    part([0, 0, 0], [0.078, 0.112, 0.095], flesh),
    part([0, -0.02, 0.097], [0.014, 0.022, 0.016], shaded),
    part([0, -0.06, 0.078], [0.026, 0.009, 0.01], lips),
    ...[-1, 1].flatMap((side) => [
      part([side * 0.032, 0.012, 0.082], [0.015, 0.013, 0.012], dark),
      part([side * 0.079, -0.008, -0.005], [0.01, 0.025, 0.016], shaded),
    ]),
    ...hairSolids(hair, part),
  ];
}

/** An ellipsoid of the head, in metres from its middle, on a head of size 1. */
type HeadPart = (centre: Vec3, halfAxes: Vec3, material: Material) => Solid;

function hairSolids({ style, colour, cap }: Hair, part: HeadPart): Solid[] {
  if (style === "bald") return [];
  const strands = plain(colour);
  const solids = [part([0, 0.024, -0.022], [0.084, 0.107, 0.1], strands)];
  if (style === "bun") solids.push(part([0, 0.085, -0.1], [0.045, 0.042, 0.042], strands));
  if (style === "long") solids.push(part([0, -0.07, -0.055], [0.088, 0.165, 0.055], strands));
  if (style === "cap") {
    solids.push(part([0, 0.05, -0.008], [0.09, 0.085, 0.104], plain(cap)));
    solids.push(part([0, 0.058, 0.1], [0.066, 0.012, 0.065], plain(cap)));
  }
  return solids;
}
