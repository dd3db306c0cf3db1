import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parseSafetensors } from "../../engine/safetensors.ts";
import { deformation, type Style } from "../../pose/deformation.ts";
import { human } from "../../pose/skeleton.ts";
import type { Affine, Joints, Quad } from "../../pose/types.ts";
import { sharedPath } from "../shared.ts";
import { holds } from "./geometry.ts";

/** The files' pictures, and the numbers that one pair has in each tensor. */
const size = { width: 64, height: 128 };
const TOLERANCE = 1e-4;

/** How the files write a part that is not there. */
const NO_MAP = [1, 0, 1000, 0, 1, 1000];
const NO_REGION = [-1, -1, -1, -1, -1, -1, -1, -1];

type Tensors = (name: string, pair: number) => Float32Array | Int32Array;

Deno.test("paper style agrees with the reference tensors", () => {
  forEachPair("paper", (pair, tensors) => {
    const { maps, regions } = deformationOf("paper", pair, tensors);
    assertMaps(maps, tensors("affine", pair));
    const expected = tensors("region.source", pair);
    regions.forEach((region, part) => {
      const corners = region ? region.flatMap(({ x, y }) => [x, y]) : NO_REGION;
      assertClose(corners, expected.subarray(8 * part, 8 * part + 8), `region of part ${part}`);
    });
  });
});

Deno.test("released style agrees with the reference tensors", () => {
  forEachPair("released", (pair, tensors) => {
    const { maps, regions } = deformationOf("released", pair, tensors);
    assertMaps(maps, tensors("affine", pair));
    const area = size.width * size.height;
    const expected = tensors("mask.target", pair);
    regions.forEach((region, part) => {
      const mask = expected.subarray(part * area, (part + 1) * area);
      assertEquals(rasterised(region), Float32Array.from(mask), `mask of part ${part}`);
    });
  });
});

/** Calls `check` for both pairs of a reference file, with a way to read their tensors. */
function forEachPair(style: Style, check: (pair: number, tensors: Tensors) => void): void {
  const path = sharedPath(`reference/market-${style}.safetensors`);
  if (!path) return;
  const { tensors } = parseSafetensors(Deno.readFileSync(path));
  const read: Tensors = (name, pair) => {
    const tensor = tensors.get(name);
    assert(tensor, `the reference has no tensor ${name}`);
    const numbers = tensor.dtype === "I32" ? Int32Array : Float32Array;
    const all = new numbers(tensor.data.slice().buffer);
    const count = all.length / tensor.shape[0];
    return all.subarray(pair * count, (pair + 1) * count);
  };
  [0, 1].forEach((pair) => check(pair, read));
}

function deformationOf(style: Style, pair: number, tensors: Tensors) {
  const source = toJoints(tensors("joints.source", pair));
  const target = toJoints(tensors("joints.target", pair));
  return deformation(human, source, target, size, style);
}

/** The files hold joints as y, x with -1, -1 for a missing one. */
function toJoints(yx: ArrayLike<number>): Joints {
  return human.joints.map((_, i) => yx[2 * i] < 0 ? null : { x: yx[2 * i + 1], y: yx[2 * i] });
}

function rasterised(region: Quad | null): Float32Array {
  return Float32Array.from({ length: size.width * size.height }, (_, i) => {
    const pixel = { x: i % size.width, y: Math.floor(i / size.width) };
    return region && holds(region, pixel) ? 1 : 0;
  });
}

function assertMaps(maps: readonly (Affine | null)[], expected: ArrayLike<number>): void {
  maps.forEach((map, part) => {
    const row = Array.from({ length: 6 }, (_, i) => expected[6 * part + i]);
    assertClose(map ?? NO_MAP, row, `map of part ${part}`);
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
