import { assertAlmostEquals, assertEquals } from "@std/assert";
import { decode } from "../../../networks/centernet/decode.ts";

const SIDE = 6;

/** Maps of logits -9 and of boxes without extent, as a sheet to write on. */
function blankMaps() {
  const maps = new Float32Array(5 * SIDE * SIDE);
  maps.fill(-9, 0, SIDE * SIDE);
  const put = (map: number, y: number, x: number, value: number) => {
    maps[(map * SIDE + y) * SIDE + x] = value;
  };
  return { maps, put };
}

Deno.test("decode: the likeliest cell's box, in pixels of four to a cell and sixteen to a unit", () => {
  const { maps, put } = blankMaps();
  put(0, 1, 5, 1);
  put(0, 2, 3, 2);
  put(0, 4, 0, 1.9);
  for (const [map, distance] of [0.5, 0.25, 1, 2].entries()) {
    put(1 + map, 2, 3, distance);
    put(1 + map, 1, 5, 9);
  }
  const { score, ...box } = decode(maps, SIDE);
  assertAlmostEquals(score, 1 / (1 + Math.exp(-2)), 1e-12);
  assertEquals(box, { left: 12 - 8, top: 8 - 4, right: 12 + 16, bottom: 8 + 32 });
});

Deno.test("decode: where nobody is seen the score is near 0; of equal cells the first is taken", () => {
  const { score, ...box } = decode(blankMaps().maps, SIDE);
  assertAlmostEquals(score, Math.exp(-9), 1e-4);
  assertEquals(box, { left: 0, top: 0, right: 0, bottom: 0 });
});
