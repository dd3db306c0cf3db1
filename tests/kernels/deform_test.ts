import { assertThrows } from "@std/assert";
import fc from "fast-check";
import { deform, type DeformOptions } from "../../kernels/deform.ts";
import { type Array64, checkOp, device, randomArray } from "../op_check.ts";
import { deformReference } from "../reference/deform.ts";

type Ways = Omit<DeformOptions, "level">;
const paper: Ways = { sampling: "bilinear", maskOn: "source", fusion: "max", identity: true };
const released: Ways = { sampling: "nearest", maskOn: "target", fusion: "max", identity: false };
const ways: readonly Ways[] = [
  paper,
  released,
  { ...paper, fusion: "average" },
  { ...released, fusion: "average" },
  { ...paper, maskOn: "target", identity: false },
  { ...released, maskOn: "source", identity: true },
];

type Map6 = readonly number[];
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A turn and two scales about the picture's middle, and a shift, all in level pixels. */
const regular = fc.record({
  angle: number(-Math.PI, Math.PI),
  scaleX: number(0.3, 3),
  scaleY: number(0.3, 3),
  shiftX: number(-4, 4),
  shiftY: number(-4, 4),
}).map(({ angle, scaleX, scaleY, shiftX, shiftY }): Map6 => {
  const a = scaleX * Math.cos(angle), b = -scaleY * Math.sin(angle);
  const d = scaleX * Math.sin(angle), e = scaleY * Math.cos(angle);
  return [a, b, 4 - 4 * (a + b) + shiftX, d, e, 4 - 4 * (d + e) + shiftY];
});
const special = fc.constantFrom<Map6>(
  [1, 0, 0, 0, 1, 0], // stays
  [1, 0, 1, 0, 1, -1], // at level 1, halves: rounded away from zero by nearest sampling
  [1, 0, 0.49999, 0, 1, -1.49999], // as good as halves at level 0
  [1, 0, 1000, 0, 1, 0], // out of the picture
  [0, 0, 3, 0, 0, 2], // all to one point
  [1, 2, -3, 0.5, 1, -1], // all to one line
  [0.7, 0.3, 1, 0.7, 0.30003, 2], // all but singular
);

const cases = fc.record({
  way: fc.constantFrom(...ways),
  level: fc.nat(2),
  batch: fc.constantFrom(1, 2),
  channels: fc.constantFrom(1, 3, 6, 17),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 7 }),
  partMaps: fc.array(fc.oneof({ weight: 3, arbitrary: regular }, special), {
    minLength: 4,
    maxLength: 8,
  }),
  seed: fc.nat(1000),
});

/** 0 and 1 by chance, the last part missing. */
function randomMasks(seed: number, shape: readonly [number, number, number, number]): Array64 {
  const [, parts, height, width] = shape;
  const { data } = randomArray(seed, shape);
  const missing = (i: number) => Math.floor(i / (height * width)) % parts === parts - 1;
  return { shape, data: data.map((value, i) => value > 0 && !missing(i) ? 1 : 0) };
}

Deno.test("deform: values and gradients over maps, masks, shapes and ways", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (c) => {
      const { batch, channels, height, width, level, partMaps } = c;
      const parts = Math.floor(partMaps.length / batch);
      const values = partMaps.slice(0, batch * parts).flatMap((map) =>
        map.map((value, i) => Math.fround(i % 3 === 2 ? value * 2 ** level : value))
      );
      const maps = { shape: [batch, parts, 6], data: Float64Array.from(values) };
      await checkOp({
        op: (x, f, m) => deform(x, f, m, { ...c.way, level }),
        reference: (x, f, m) => deformReference(x, f, m, { ...c.way, level }),
        inputs: [
          randomArray(c.seed, [batch, channels, height, width]),
          maps,
          randomMasks(c.seed + 1, [batch, parts, height, width]),
        ],
        constants: [1, 2],
      });
    }),
    { seed: 11, numRuns: 40 },
  );
});

Deno.test("deform: more pixels than a workgroup, and a part that enlarges", async () => {
  for (const way of [paper, released]) {
    await checkOp({
      op: (x, f, m) => deform(x, f, m, { ...way, level: 0 }),
      reference: (x, f, m) => deformReference(x, f, m, { ...way, level: 0 }),
      inputs: [
        randomArray(1, [1, 2, 11, 13]),
        {
          shape: [1, 2, 6],
          data: Float64Array.of(0.25, 0.125, 3, -0.125, 0.25, 4, 1, 0, 2, 0, 1, -3),
        },
        {
          shape: [1, 2, 11, 13],
          data: randomArray(2, [1, 2, 11, 13]).data.map((v) => v > 0 ? 1 : 0),
        },
      ],
      constants: [1, 2],
    });
  }
});

Deno.test("deform: wrong shapes are refused", () => {
  const run = (features: number[], maps: number[], masks: number[]) => () =>
    deform(device.empty(features), device.empty(maps), device.empty(masks), { ...paper, level: 0 });
  assertThrows(run([3, 4, 4], [1, 2, 6], [1, 2, 4, 4]), TypeError, "deform: features [3,4,4]");
  assertThrows(
    run([1, 3, 4, 4], [1, 2, 6], [1, 2, 4, 5]),
    RangeError,
    "deform: masks [1,2,4,5] must be [1,2,4,4]",
  );
  assertThrows(
    run([1, 3, 4, 4], [1, 3, 6], [1, 2, 4, 4]),
    RangeError,
    "deform: maps [1,3,6] must be [1,2,6]",
  );
  assertThrows(
    run([1, 3, 4, 4], [1, 64, 6], [1, 64, 4, 4]),
    RangeError,
    "deform: masks [1,64,4,4] have 64 parts, at most 63",
  );
});
