import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { encodeAnimatedWebp } from "../../../data/pictures/animated_webp.ts";
import { decodePicture } from "../../../data/pictures/image_file.ts";
import { blankPicture } from "../../../data/pictures/picture.ts";
import type { Picture } from "../../../data/types.ts";
import { decodeWebp, encodeWebp, webpHeader } from "../../../data/pictures/webp.ts";
import { pixel } from "../fixtures.ts";

const bytes = (base64: string) => Uint8Array.fromBase64(base64);

/** 6x4 pixels (50 x, 80 y, 100), without losses, by libwebp. */
const lossless = bytes("UklGRiwAAABXRUJQVlA4TCAAAAAvBcAAAJmM6H9sIqL/AYVsI0CHeP46P8LIDFlMAERKDg==");
/** The same with Exif orientation 6. */
const onItsSide = bytes(
  "UklGRmAAAABXRUJQVlA4WAoAAAAIAAAABQAAAwAAVlA4TCAAAAAvBcAAAJmM6H9sIqL/AYVsI0CHeP46P8LIDFlMAERKDkVYSUYa" +
    "AAAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA=",
);
const lossy = bytes(
  "UklGRmgAAABXRUJQVlA4IFQAAACwAgCdASoGAAQAAUAmJbACdLoA1AD9ALMABgbBs5gA/t4uX0QlFtR9kD/7z+58Hk/Qy2Mhzv01" +
    "TKe2n//7/6wX9ftYr97zziKhW//vJl6/aJEAAAA=",
);
/** The three columns on the left are transparent. */
const transparent = bytes(
  "UklGRkoAAABXRUJQVlA4TD0AAAAvBcAAEGdAkG1ThPtTDO04hNlGZTp/hgHda8jmP8A/xCCOYBhBCBgEmGYQGSQUQgjHucMljhnR" +
    "/yDij1lqAA==",
);

Deno.test("a WebP without losses comes out as it was, over white, the right way up", async () => {
  const picture = await decodePicture(lossless, "a.webp");
  assertEquals([picture.width, picture.height], [6, 4]);
  assertEquals([pixel(picture, 0, 0), pixel(picture, 5, 3)], [[0, 0, 100], [250, 240, 100]]);
  const partly = await decodePicture(transparent, "b.webp");
  assertEquals([pixel(partly, 2, 1), pixel(partly, 3, 1)], [[255, 255, 255], [150, 80, 100]]);
  const turned = await decodePicture(onItsSide, "c.webp");
  assertEquals([turned.width, turned.height], [4, 6]);
  assertEquals(pixel(turned, 3, 0), [0, 0, 100]);
});

Deno.test("the header of each kind of WebP gives its size", () => {
  for (const file of [lossless, onItsSide, lossy, transparent]) {
    assertEquals(webpHeader(file), { width: 6, height: 4, animated: false });
  }
});

Deno.test("damaged and animated WebPs are refused by name", async () => {
  const animated = await encodeAnimatedWebp(pictures([[0, 0, 0], [9, 9, 9]]), 10);
  const huge = lossless.slice();
  huge.set([0xff, 0xff, 0xff, 0xff], 21);
  const cases: [Uint8Array, string][] = [
    [lossless.subarray(0, 20), "the WebP has no header"],
    [lossless.subarray(0, 40), "the WebP is damaged"],
    [lossy.subarray(0, 60), "the WebP is damaged"],
    [huge, "over the limit of 64 Mpixel"],
    [animated, "the WebP is animated"],
  ];
  for (const [file, message] of cases) {
    const error = await assertRejects(() => decodePicture(file, "x.webp"), Error, message);
    assertMatch(error.message, /^x\.webp: [^\n]+$/);
  }
  assertEquals((await decodePicture(lossless, "a.webp")).width, 6);
});

const colours = [[200, 30, 30], [30, 200, 30], [30, 30, 200], [90, 90, 90]] as const;

async function* pictures(
  colours: readonly (readonly [number, number, number])[],
): AsyncGenerator<Picture> {
  for (const colour of colours) yield blankPicture({ width: 9, height: 5 }, colour);
}

Deno.test("an animated WebP has the frames that went in, and their times sum up", async () => {
  const file = await encodeAnimatedWebp(pictures(colours), 3);
  assertEquals(webpHeader(file), { width: 9, height: 5, animated: true });
  const view = new DataView(file.buffer);
  assertEquals(view.getUint32(4, true) + 8, file.length);
  const frames: { milliseconds: number; picture: Picture }[] = [];
  for (let at = 12; at < file.length;) {
    const name = new TextDecoder().decode(file.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    const content = file.subarray(at + 8, at + 8 + length);
    if (name === "ANMF") {
      const still = file.slice(at - 12 + 8 + 16, at + 8 + length); // room for a RIFF header of its own
      still.set(new TextEncoder().encode("RIFF"), 0);
      new DataView(still.buffer).setUint32(4, still.length - 8, true);
      still.set(new TextEncoder().encode("WEBP"), 8);
      const milliseconds = content[12] + 256 * content[13];
      frames.push({ milliseconds, picture: await decodeWebp(still) });
    }
    at += 8 + length + length % 2;
  }
  assertEquals(frames.map(({ milliseconds }) => milliseconds), [333, 334, 333, 333]);
  frames.forEach(({ picture }, i) => {
    const off = pixel(picture, 4, 2).map((value, channel) => Math.abs(value - colours[i][channel]));
    assert(Math.max(...off) <= 4, `frame ${i}: ${pixel(picture, 4, 2)}`);
  });
});

Deno.test("a picture too large for WebP is refused", async () => {
  const wide = blankPicture({ width: 16384, height: 1 }, [0, 0, 0]);
  await assertRejects(() => encodeWebp(wide), RangeError, "16384x1 pixels can't be a WebP");
});
