import { assertAlmostEquals, assertEquals } from "@std/assert";
import { centres, decode, HEAD_CHANNELS } from "../../../networks/movenet/decode.ts";

const SIDE = 12;
const [centre, heat, ways, offsets] = HEAD_CHANNELS.map((_, i) =>
  HEAD_CHANNELS.slice(0, i).reduce<number>((sum, channels) => sum + channels, 0)
);

/** Maps without a person, as a sheet to write on. */
function blankMaps() {
  const maps = new Float32Array((offsets + HEAD_CHANNELS[3]) * SIDE * SIDE);
  maps.fill(-20, 0, ways * SIDE * SIDE);
  const put = (channel: number, y: number, x: number, value: number) => {
    maps[(channel * SIDE + y) * SIDE + x] = value;
  };
  return { maps, put };
}

Deno.test("decode: a joint lies at its likeliest cell, moved by that cell's offset", () => {
  const { maps, put } = blankMaps();
  put(centre, 5, 6, 3);
  for (let joint = 0; joint < 17; joint++) {
    const [y, x] = [joint % SIDE, (5 * joint) % SIDE];
    put(ways + 2 * joint, 5, 6, y - 5);
    put(ways + 2 * joint + 1, 5, 6, x - 6);
    put(heat + joint, y, x, joint / 4 - 1);
    put(offsets + 2 * joint, y, x, 0.25);
    put(offsets + 2 * joint + 1, y, x, -0.5);
  }
  decode(maps, SIDE).forEach(({ y, x, score }, joint) => {
    assertAlmostEquals(y, (joint % SIDE + 0.25) / SIDE, 1e-6);
    assertAlmostEquals(x, ((5 * joint) % SIDE - 0.5) / SIDE, 1e-6);
    assertAlmostEquals(score, 1 / (1 + Math.exp(1 - joint / 4)), 1e-6);
  });
});

Deno.test("decode: of two people the one nearer to the middle is taken, and their joints", () => {
  const { maps, put } = blankMaps();
  put(centre, 6, 7, 2);
  put(centre, 1, 1, 3); // likelier, but in the corner
  put(ways, 6, 7, -2);
  put(heat, 4, 8, 0);
  put(heat, 0, 0, 1); // likelier, but not where the person's joint should be
  const [nose] = decode(maps, SIDE);
  assertEquals(nose, { y: 4 / SIDE, x: 8 / SIDE, score: 0.5 });
});

Deno.test("centres: the likeliest cells round about, the likeliest first; decode begins with any", () => {
  const { maps, put } = blankMaps();
  put(centre, 6, 7, 2);
  put(centre, 6, 8, 1.9); // beside a likelier one
  put(centre, 1, 1, 3);
  put(centre, 10, 10, -1.8); // 0.14
  const [first, second, ...more] = centres(maps, SIDE);
  assertEquals([first, second, more], [1 * SIDE + 1, 6 * SIDE + 7, []]);
  put(ways, 1, 1, 2);
  put(heat, 3, 1, 0);
  const [nose] = decode(maps, SIDE, first);
  assertEquals(nose, { y: 3 / SIDE, x: 1 / SIDE, score: 0.5 });
  assertEquals(centres(new Float32Array(86 * SIDE * SIDE), SIDE), [0], "of equal cells the first");
});

Deno.test("decode: of equal cells the first is taken", () => {
  const joints = decode(new Float32Array(86 * SIDE * SIDE), SIDE);
  assertEquals(joints.length, 17);
  for (const joint of joints) assertEquals(joint, { y: 0.5, x: 0.5, score: 0.5 });
});
