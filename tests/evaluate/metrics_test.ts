import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createHash } from "node:crypto";
import type { Pair, Picture, Sample } from "../../data/types.ts";
import { blankPicture } from "../../data/pictures/picture.ts";
import { maskSsim } from "../../evaluate/mask_ssim.ts";
import { chooseMetrics, metrics, plainMetrics } from "../../evaluate/metrics.ts";
import { pckh } from "../../evaluate/pckh.ts";
import { l1, psnr } from "../../evaluate/pixels.ts";
import { authorsSsim, laterSsim, plainSsim, ssim } from "../../evaluate/ssim.ts";
import { vggDistance } from "../../networks/vgg19/distance.ts";
import { Device } from "../../engine/device.ts";
import { loadVggWeights } from "../../networks/files/vgg19.ts";
import { personMask } from "../../pose/person_mask.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import {
  figurePairs,
  humanPairs,
  type Reference,
  reference,
  type Values,
  VGG_PAIRS,
  vggFile,
} from "./pairs.ts";

const expected: Reference = JSON.parse(await Deno.readTextFile(reference));

function check({ source, target }: Pair, values: Values): void {
  const painted = source.picture, { picture, joints } = target;
  const mask = personMask(joints, picture, human);
  assertEquals(createHash("sha256").update(mask).digest("hex"), values.mask);
  const near = (actual: number, value: number) => assertAlmostEquals(actual, value, 1e-6);
  near(ssim(painted, picture, authorsSsim), values.ssim);
  near(ssim(painted, picture, plainSsim), values["ssim-255"]);
  if (values["ssim-51"] !== null) near(ssim(painted, picture, laterSsim), values["ssim-51"]);
  near(maskSsim(painted, target, human), values["mask-ssim"]);
  near(l1(painted, picture), values.l1);
  near(psnr(painted, picture), values.psnr);
  const { sum, count } = pckh(source.joints, joints, human);
  assertEquals([sum, count], values.pckh);
}

Deno.test("metrics: on figures they equal scikit-image's and NumPy's to 1e-6, masks to the pixel", async () => {
  const pairs = await figurePairs();
  assertEquals(pairs.length, expected.figures.length);
  pairs.forEach((pair, i) => check(pair, expected.figures[i]));
  assert(expected.figures.some((values) => values.ssim !== values["ssim-255"]), "ranges are alike");
});

Deno.test("metrics: on 100 pairs of people they equal scikit-image's and NumPy's to 1e-6, masks to the pixel", async () => {
  const pairs = await humanPairs();
  if (!pairs) return;
  assertEquals([pairs.length, expected.humans.length], [100, 100]);
  pairs.forEach((pair, i) => check(pair, expected.humans[i]));
});

Deno.test("vgg-l1: equals NumPy's", async () => {
  const pairs = await humanPairs(), vgg = vggFile();
  if (!pairs || !vgg) return;
  const device = await Device.open();
  const distance = vggDistance(device, await loadVggWeights(vgg), pairs[0].target.picture);
  for (const [i, { source, target }] of pairs.slice(0, VGG_PAIRS).entries()) {
    const value = expected.humans[i]["vgg-l1"]!;
    assertAlmostEquals(await distance(source.picture, target.picture), value, 1e-5 * value);
    assertEquals(await distance(target.picture, target.picture), 0);
  }
  device.close();
});

const size = { width: 40, height: 60 };
const grey = blankPicture(size, [90, 90, 90]);
const samples = fc.integer({ min: 0, max: 11 }).map((i) => all[i]);
const all: Sample[] = (await figurePairs()).map(({ target }) => target);

Deno.test("metrics: a picture is best against itself, and worse when it is spoilt", () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 8, max: 60 }), (target, noise) => {
      const { picture } = target;
      const pixels = picture.pixels.map((value, i) =>
        value + (value < 128 ? 1 : -1) * (i * 7 % noise)
      );
      const spoilt = { ...picture, pixels };
      for (const metric of plainMetrics) {
        if (metric.leastSide > Math.min(picture.width, picture.height)) continue;
        const score = metric.open({ skeleton: human, size: picture });
        const best = score(picture, target) as number, worse = score(spoilt, target) as number;
        assert(metric.better === "higher" ? worse < best : worse > best, metric.name);
        assertAlmostEquals(best, { l1: 0, psnr: 100 }[metric.name] ?? 1, 1e-9);
      }
    }),
    { seed: 1, numRuns: 12 },
  );
});

Deno.test("ssim: a flat painting has no range of its own", () => {
  assertEquals(ssim(grey, grey, authorsSsim), 0);
  assertEquals(ssim(grey, grey, plainSsim), 1);
  assertThrows(
    () => ssim(grey, grey, laterSsim),
    RangeError,
    "40x60 pixels are fewer than the 51x51",
  );
});

/** Joints at the named places, the rest missing. */
function joints(places: Readonly<Record<string, readonly [number, number]>>): Joints {
  return human.joints.map((name) => {
    const place = places[name];
    return place ? { x: place[0], y: place[1] } : null;
  });
}

function rows(mask: Uint8Array): string[] {
  return Array.from(
    { length: size.height },
    (_, y) => mask.subarray(y * size.width, (y + 1) * size.width).join(""),
  );
}

Deno.test("personMask: a joint is a disc, a limb a rectangle with its edges", () => {
  assertEquals(personMask(joints({}), size, human).indexOf(1), -1);
  const disc = personMask(joints({ nose: [10, 10] }), size, human);
  assertEquals(disc.reduce((sum, value) => sum + value), 45);
  assertEquals([disc[10 * 40 + 13], disc[10 * 40 + 14]], [1, 0]);
  const limb = joints({ "right hip": [20, 10], "right knee": [20, 40] });
  const drawn = rows(personMask(limb, size, human));
  assertEquals(drawn[25], "0".repeat(16) + "1".repeat(9) + "0".repeat(15));
  assertEquals([drawn[6].includes("1"), drawn[7].includes("1")], [false, true]);
  const same = joints({ "right hip": [10, 10], "right knee": [10, 10] });
  assertEquals(personMask(same, size, human), disc);
});

Deno.test("personMask: the closing fills gaps of four pixels, at the picture's edge too", () => {
  const gap = (distance: number) =>
    rows(
      personMask(joints({ nose: [-1, 30], "left wrist": [-1 + distance, 30] }), size, human),
    )[30];
  assertEquals(gap(11), "1".repeat(14) + "0".repeat(26));
  assertEquals(gap(12), "111" + "00000" + "1".repeat(7) + "0".repeat(25));
});

Deno.test("maskSsim: sees the person only", () => {
  const [target] = all, { picture } = target;
  const mask = personMask(target.joints, picture, human);
  const repaint = (inside: number): Picture => ({
    ...picture,
    pixels: picture.pixels.map((value, i) =>
      mask[Math.floor(i / 3)] === inside ? 255 - value : value
    ),
  });
  assertAlmostEquals(maskSsim(repaint(0), target, human), 1, 1e-12);
  assert(maskSsim(repaint(1), target, human) < 0.9);
});

Deno.test("pckh: counts joints within half a head, and none without a head", () => {
  const head = { nose: [20, 20], neck: [20, 30], "right ear": [16, 20] } as const;
  const target = joints({ ...head, "left knee": [20, 50] });
  const found = (x: number, y: number) => joints({ ...head, "left knee": [x, y] });
  assertEquals(pckh(found(21.9, 54.9), target, human), { sum: 4, count: 4 });
  assertEquals(pckh(found(22, 50), target, human), { sum: 3, count: 4 });
  assertEquals(pckh(found(20, 55), target, human), { sum: 3, count: 4 });
  assertEquals(pckh(joints({}), target, human), { sum: 0, count: 4 });
  assertEquals(pckh(target, joints({ nose: [1, 1] }), human), { sum: 0, count: 0 });
});

Deno.test("chooseMetrics: by name in the table's order, by default those that need nothing", () => {
  const names = (list: string | undefined, side: number) =>
    chooseMetrics(list, { width: side, height: 128 }).map(({ name }) => name);
  assertEquals(names("l1, ssim,l1", 64), ["ssim", "l1"]);
  assert(!names(undefined, 64).includes("pckh") && names(undefined, 64).includes("ssim-51"));
  assert(names("all", 64).includes("ds-centernet"));
  assert(names("all", 64).includes("pckh") && !names("all", 32).includes("ssim-51"));
  assertThrows(() => names("ssim-51", 32), Error, "51x51 pixels or more, but these have 128x32");
  assertThrows(() => names("beauty", 64), Error, 'no metric "beauty"; there are ssim, ');
  assertEquals(new Set(metrics.map(({ name }) => name)).size, metrics.length);
});
