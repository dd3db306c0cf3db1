/** Affine maps, regions and masks of the parts against an independent float64 computation. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Deformation, deformation, type Style } from "../../pose/deformation.ts";
import { human } from "../../pose/skeleton.ts";
import type { Affine, Quad } from "../../pose/types.ts";
import { ownReference, type Reference, sharedReference } from "../model/parity/reference.ts";
import { holds } from "./geometry.ts";

/** Of the files' pictures. */
const size = { width: 64, height: 128 };
const TOLERANCE = 1e-4;

/** How the files write a part that is not there. */
const NO_MAP = [1, 0, 1000, 0, 1, 1000];
const NO_REGION = [-1, -1, -1, -1, -1, -1, -1, -1];

for (const style of ["paper", "released"] as const) {
  Deno.test(`${style} style agrees with float64`, () => {
    const reference = ownReference(style);
    forEachPair(reference, style, (pair, { maps, regions }) => {
      assertMaps(maps, ofPair(reference, "affine", pair));
      if (style === "paper") assertRegions(regions, ofPair(reference, "region.source", pair));
      assertMasks(regions, part(reference.mask("mask.0"), 2, pair));
    });
  });

  const larger = sharedReference(style);
  Deno.test({
    name: `${style} style agrees with float64 on the poses of photos`,
    ignore: !larger,
    fn: () =>
      forEachPair(larger!, style, (pair, { maps, regions }) => {
        assertMaps(maps, ofPair(larger!, "affine", pair));
        if (style === "paper") assertRegions(regions, ofPair(larger!, "region.source", pair));
        else assertMasks(regions, ofPair(larger!, "mask.target", pair));
      }),
  });
}

function forEachPair(
  reference: Reference,
  style: Style,
  check: (pair: number, moved: Deformation) => void,
): void {
  const targets = reference.poses("target");
  reference.poses("source").forEach((source, pair) =>
    check(pair, deformation(human, source, targets[pair], size, style))
  );
}

/** One of `count` equal parts of values. */
function part(values: ArrayLike<number>, count: number, index: number): number[] {
  const length = values.length / count;
  return Array.from({ length }, (_, i) => values[index * length + i]);
}

/** What a file's tensor holds of one pair. */
function ofPair(reference: Reference, name: string, pair: number): number[] {
  return part(reference.values(name), reference.stored(name).shape[0], pair);
}

function rasterised(region: Quad | null): number[] {
  return Array.from({ length: size.width * size.height }, (_, i) => {
    const pixel = { x: i % size.width, y: Math.floor(i / size.width) };
    return region && holds(region, pixel) ? 1 : 0;
  });
}

function assertMaps(maps: readonly (Affine | null)[], expected: readonly number[]): void {
  maps.forEach((map, i) =>
    assertClose(map ?? NO_MAP, part(expected, maps.length, i), `map of part ${i}`)
  );
}

function assertRegions(regions: readonly (Quad | null)[], expected: readonly number[]): void {
  regions.forEach((region, i) => {
    const corners = region ? region.flatMap(({ x, y }) => [x, y]) : NO_REGION;
    assertClose(corners, part(expected, regions.length, i), `region of part ${i}`);
  });
}

function assertMasks(regions: readonly (Quad | null)[], expected: readonly number[]): void {
  regions.forEach((region, i) => {
    const mask = part(expected, regions.length, i);
    const wrong = rasterised(region).filter((value, at) => value !== mask[at]);
    assertEquals(wrong.length, 0, `pixels of the mask of part ${i}`);
  });
}

function assertClose(actual: readonly number[], expected: ArrayLike<number>, what: string): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((value, i) =>
    assertAlmostEquals(
      value,
      expected[i],
      TOLERANCE,
      `${what}, number ${i}: ${value} is not ${expected[i]}`,
    )
  );
}
