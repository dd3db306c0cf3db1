import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type MaskOptions, regionMasks } from "../../kernels/region_masks.ts";
import { deformation } from "../../pose/deformation.ts";
import { human } from "../../pose/skeleton.ts";
import { device, upload } from "../op_check.ts";
import { regionMasksReference } from "../reference/region_masks.ts";
import { referenceTensors, swapAxes } from "./reference_tensors.ts";

const MISSING = [-1e4, -1e4, -9999, -1e4, -9999, -9999, -1e4, -9999];

function masksOf(
  regions: number[][],
  size: { height: number; width: number },
  options: MaskOptions,
) {
  const tensor = upload({ shape: [1, regions.length, 8], data: Float64Array.from(regions.flat()) });
  return regionMasks(tensor, size, options).read();
}

Deno.test("regionMasks: values over quads of either winding, levels and styles", async () => {
  const number = (min: number, max: number) => fc.float({ min, max, noNaN: true });
  // Turned rectangles; the float32 corners are what both sides see.
  const rectangle = fc.record({
    x: number(-5, 25),
    y: number(-5, 25),
    along: number(0.5, 12),
    across: number(0.5, 12),
    angle: number(-4, 4),
    flipped: fc.boolean(),
  }).map(({ x, y, along, across, angle, flipped }) => {
    const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([u, v]) => [
      x + u * along * Math.cos(angle) - v * across * Math.sin(angle),
      y + u * along * Math.sin(angle) + v * across * Math.cos(angle),
    ]);
    return (flipped ? corners.reverse() : corners).flat().map(Math.fround);
  });
  const quads = fc.array(fc.oneof({ weight: 5, arbitrary: rectangle }, fc.constant(MISSING)), {
    minLength: 2,
    maxLength: 6,
  });
  const options = fc.record({
    level: fc.nat(3),
    style: fc.constantFrom<MaskOptions["style"]>("paper", "released"),
  });
  const size = fc.integer({ min: 1, max: 23 });
  await fc.assert(
    fc.asyncProperty(quads, size, size, options, async (regions, height, width, options) => {
      const shape = [1, regions.length, 8];
      const { data } = regionMasksReference(
        { shape, data: Float64Array.from(regions.flat()) },
        { height, width },
        options.level,
        options.style,
      );
      assertEquals(await masksOf(regions, { height, width }, options), Float32Array.from(data));
    }),
    { seed: 31, numRuns: 40 },
  );
});

Deno.test("regionMasks: a pixel on an edge belongs, whatever the slope", async () => {
  // The diamond |x - 2| + |y - 2| <= 2, and one with edges of slope 3 that float32 can't divide by.
  const diamond = [2, 0, 4, 2, 2, 4, 0, 2];
  const slanted = [0, 0, 4 / 3, 4, 3, 4, 5 / 3, 0];
  const picture = { height: 5, width: 5 };
  const masks = await masksOf([diamond, slanted], picture, { level: 0, style: "paper" });
  const rows = Array.from({ length: 10 }, (_, y) => masks.subarray(y * 5, y * 5 + 5).join(""));
  assertEquals(rows, [
    ..."00100 01110 11111 01110 00100".split(" "),
    ..."11000 01100 01100 01100 00110".split(" "),
  ]);
});

Deno.test("regionMasks: quads without area hold no pixel", async () => {
  const point = [1, 1, 1, 1, 1, 1, 1, 1];
  const line = [0, 0, 3, 3, 3, 3, 0, 0];
  const masks = await masksOf([point, line, MISSING], { height: 4, width: 4 }, {
    level: 0,
    style: "paper",
  });
  assertEquals(masks, new Float32Array(48));
});

Deno.test("regionMasks: released masks agree with the reference tensors", async () => {
  const tensors = referenceTensors("released");
  if (!tensors) return;
  const picture = { height: 128, width: 64 };
  const posesOf = (side: string) => {
    const { shape: [count], data } = tensors(`joints.${side}`);
    const joints = swapAxes(data);
    return Array.from({ length: count }, (_, n) =>
      human.joints.map((_, k) => {
        const [x, y] = joints.subarray((n * human.joints.length + k) * 2);
        return x < 0 ? null : { x, y };
      }));
  };
  const [sources, targets] = [posesOf("source"), posesOf("target")];
  const regions = sources.flatMap((source, n) =>
    deformation(human, source, targets[n], picture, "released").regions.map((region) =>
      region ? region.flatMap(({ x, y }) => [x, y]) : MISSING
    )
  );
  const masks = await masksOf(regions, picture, { level: 0, style: "released" });
  const expected = tensors("mask.target").data;
  const wrong = Array.from(masks.keys()).filter((i) => masks[i] !== expected[i]);
  // Two pixels of pair 0, part 8 lie on an edge; the reference's rounding leaves them out.
  const at = (x: number, y: number) => 8 * 128 * 64 + y * 64 + x;
  assertEquals(wrong, [at(21, 42), at(28, 46)]);
});

Deno.test("regionMasks: wrong regions are refused", () => {
  assertThrows(
    () =>
      regionMasks(device.empty([1, 10, 6]), { height: 4, width: 4 }, { level: 0, style: "paper" }),
    TypeError,
    "regionMasks: regions [1,10,6] must be [batch, parts, 8]",
  );
});
