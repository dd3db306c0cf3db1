import { assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Picture } from "../../data/types.ts";
import { cropAndResize, type Square } from "../../kernels/crop_and_resize.ts";
import { patternPicture } from "../data/fixtures.ts";
import { assertClose, device } from "../op_check.ts";
import * as reference from "../reference/crop_and_resize.ts";

async function check(picture: Picture, square: Square, side: number): Promise<void> {
  const words = new Uint32Array(Math.ceil(picture.pixels.length / 4));
  new Uint8Array(words.buffer).set(picture.pixels);
  const frame = device.empty([1, 3, side, side]);
  cropAndResize(device.tensor([words.length], words), picture, square, frame);
  const expected = reference.cropAndResize(picture, square, side);
  assertClose(await frame.read(), expected.data, 1e-5, "values");
}

Deno.test("cropAndResize: values of squares in, across and beyond pictures of odd sizes", async () => {
  const side = fc.integer({ min: 1, max: 11 });
  // In 64ths of a pixel, which float32 holds exactly, off the edges of pixels.
  const place = fc.integer({ min: -1280, max: 1280 }).map((value) => (value + 0.25) / 64);
  await fc.assert(
    fc.asyncProperty(
      side,
      side,
      fc.nat(99),
      fc.record({ left: place, top: place, size: fc.integer({ min: 1, max: 40 }) }),
      fc.constantFrom(1, 2, 8, 16),
      (width, height, seed, square, frameSide) =>
        check(patternPicture(width, height, seed), square, frameSide),
    ),
    { seed: 24, numRuns: 40 },
  );
});

Deno.test("cropAndResize: a whole picture, larger, as it is, and smaller", async () => {
  for (const side of [24, 12, 5]) {
    await check(patternPicture(7, 12), { left: -2.5, top: 0, size: 12 }, side);
  }
});

Deno.test("cropAndResize: what does not fit is refused by name and shape", () => {
  const [size, square] = [{ height: 2, width: 3 }, { left: 0, top: 0, size: 2 }];
  const [words, frame] = [device.empty([5]), device.empty([1, 3, 4, 4])];
  const refused = (message: string, ...given: Parameters<typeof cropAndResize>) =>
    assertThrows(() => cropAndResize(...given), RangeError, message);
  refused("words [4] must be [5]", device.empty([4]), size, square, frame);
  refused("frame [1,3,4,5] must be [1,3,5,5]", words, size, square, device.empty([1, 3, 4, 5]));
  refused("a square of 0 pixels is empty", words, size, { ...square, size: 0 }, frame);
  refused("a square of NaN pixels", words, size, { ...square, size: NaN }, frame);
});
