import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { imageToPixels, pixelsToImage } from "../../kernels/pixels.ts";
import { assertClose, device } from "../op_check.ts";

/** Bytes as words, padded with zeros. */
function words(bytes: Uint8Array) {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return device.tensor([padded.length / 4], new Uint32Array(padded.buffer));
}

const side = fc.integer({ min: 1, max: 7 });

Deno.test("pixels: bytes become values by plane and come back unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 3),
      side,
      side,
      fc.nat(255),
      async (batch, height, width, first) => {
        const bytes = Uint8Array.from(
          { length: batch * height * width * 3 },
          (_, i) => first + i * 37,
        );
        const image = pixelsToImage(words(bytes), [batch, height, width]);
        assertEquals(image.shape, [batch, 3, height, width]);
        const pixels = height * width;
        const expected = Array.from(bytes, (_, i) => {
          const [n, c, at] = [Math.floor(i / (3 * pixels)), Math.floor(i / pixels) % 3, i % pixels];
          return bytes[(n * pixels + at) * 3 + c] / 127.5 - 1;
        });
        assertClose(await image.read(), expected, 1e-6, "values");
        const back = new Uint8Array(await device.readBytes(imageToPixels(image)));
        assertEquals(back.subarray(0, bytes.length), bytes);
        assertEquals(back.subarray(bytes.length).some((byte) => byte !== 0), false);
      },
    ),
    { seed: 8, numRuns: 8 },
  );
});

Deno.test("pixels: every byte comes back, in every place of a word", async () => {
  const bytes = Uint8Array.from({ length: 256 * 12 }, (_, i) => Math.floor(i / 12));
  const image = pixelsToImage(words(bytes), [1, 32, 32]);
  assertEquals(new Uint8Array(await device.readBytes(imageToPixels(image))), bytes);
});

Deno.test("imageToPixels: rounds halves up and limits", async () => {
  const values = new Float32Array([-3, -1, 0, 0.999, 1, 17]);
  const x = device.tensor([1, 3, 1, 2], values);
  const bytes = new Uint8Array(await device.readBytes(imageToPixels(x))).subarray(0, 6);
  assertEquals([...bytes], [0, 128, 255, 0, 255, 255]);
});

Deno.test("pixels: wrong shapes are refused", () => {
  const x = device.empty([1, 4, 2, 2]);
  assertThrows(() => imageToPixels(x), RangeError, "imageToPixels: x [1,4,2,2] must be [1,3,2,2]");
  assertThrows(
    () => pixelsToImage(device.empty([4]), [1, 3, 2]),
    RangeError,
    "pixelsToImage: words [4] must be [5]",
  );
});
