import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { blankPicture } from "../../data/pictures/picture.ts";
import type { Picture } from "../../data/types.ts";
import { meanSsim, ssim } from "../../evaluate/ssim.ts";

function picture(width: number, height: number, value: (i: number) => number): Picture {
  return {
    width,
    height,
    pixels: Uint8Array.from({ length: width * height * 3 }, (_, i) => value(i)),
  };
}

/** 4 x + 2 y + 30 channel. */
function ramp(width: number, height: number): Picture {
  return picture(width, height, (i) => {
    const at = Math.floor(i / 3);
    return (at % width) * 4 + Math.floor(at / width) * 2 + (i % 3) * 30;
  });
}

/** The high bytes of a linear congruential generator. */
function noise(width: number, height: number, seed: number): Picture {
  let state = seed;
  return picture(width, height, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

// The expected numbers are structural_similarity(a, b, gaussian_weights=True, sigma=1.5,
// use_sample_covariance=False, data_range=255, channel_axis=-1) of scikit-image 0.19.3.
Deno.test("ssim: equals scikit-image's", () => {
  const clean = ramp(32, 64), grain = noise(32, 64, 1).pixels;
  const grainy = picture(32, 64, (i) => clean.pixels[i] * 0.75 + grain[i] * 0.25);
  assertAlmostEquals(ssim(clean, grainy), 0.2947029582935823, 1e-9);

  const odd = ramp(37, 21), oddGrain = noise(37, 21, 7).pixels;
  const dim = picture(37, 21, (i) => (odd.pixels[i] >> 1) + (oddGrain[i] >> 2));
  assertAlmostEquals(ssim(odd, dim), 0.22595839742133497, 1e-9);

  assertAlmostEquals(ssim(noise(11, 13, 3), noise(11, 13, 4)), -0.11985966383205625, 1e-9);
});

Deno.test("ssim: alike pictures score 1, order does not matter, noise costs", () => {
  const seeds = fc.integer({ min: 0, max: 1000 });
  const side = fc.integer({ min: 11, max: 24 });
  fc.assert(
    fc.property(side, side, seeds, (width, height, seed) => {
      const a = noise(width, height, seed), b = noise(width, height, seed + 1);
      assertAlmostEquals(ssim(a, a), 1, 1e-12);
      assertAlmostEquals(ssim(a, b), ssim(b, a), 1e-12);
      if (ssim(a, b) > 0.5) throw new Error("independent noise looks alike");
    }),
    { seed: 1, numRuns: 20 },
  );
});

Deno.test("meanSsim: averages over the pairs", () => {
  const a = ramp(16, 16), b = noise(16, 16, 5);
  assertAlmostEquals(meanSsim([a, a], [a, b]), (1 + ssim(a, b)) / 2, 1e-12);
});

Deno.test("ssim: refuses what it cannot compare", () => {
  const grey = blankPicture({ width: 12, height: 12 }, [9, 9, 9]);
  const wide = blankPicture({ width: 13, height: 12 }, [9, 9, 9]);
  const small = blankPicture({ width: 12, height: 10 }, [9, 9, 9]);
  assertThrows(() => ssim(grey, wide), RangeError, "12x12 and 13x12");
  assertThrows(
    () => ssim(small, small),
    RangeError,
    "12x10 pixels are fewer than the 11x11 window",
  );
  assertThrows(() => meanSsim([], []), RangeError, "0 and 0");
  assertEquals(ssim(grey, grey), 1);
});
