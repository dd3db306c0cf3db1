import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
// @ts-types="@types/pngjs"
import { PNG } from "pngjs";
import { overWhite } from "../../../data/pictures/rgba.ts";
import { decodePicture, readPicture, writePicture } from "../../../data/pictures/image_file.ts";
import type { Picture } from "../../../data/types.ts";
import { encodePng } from "../../../data/pictures/png.ts";
import {
  cmykJpeg,
  colourJpeg,
  colourJpegPixels,
  greyJpeg,
  inFolder,
  patternPicture,
  pixel,
  pngFile,
  type PngParts,
  progressiveJpeg,
} from "../fixtures.ts";

Deno.test("a picture survives being written and read, and its bytes are the same each time", async () => {
  await inFolder(async (folder) => {
    const picture = patternPicture(31, 17);
    const [first, second] = [join(folder, "a.png"), join(folder, "b.png")];
    await writePicture(first, picture);
    await writePicture(second, picture);
    assertEquals(await readPicture(first), picture);
    assertEquals(await Deno.readFile(first), await Deno.readFile(second));
  });
});

Deno.test("every kind of PNG comes out as 8-bit RGB over white", async () => {
  const header = { width: 2, height: 1, depth: 8 };
  const expected: [PngParts, number[]][] = [
    [{ ...header, colourType: 0, rows: [0, 10, 200] }, [10, 10, 10, 200, 200, 200]],
    [{ ...header, depth: 1, colourType: 0, rows: [0, 0b01000000] }, [0, 0, 0, 255, 255, 255]],
    [{ ...header, depth: 16, colourType: 0, rows: [0, 128, 0, 255, 255] }, [
      128,
      128,
      128,
      255,
      255,
      255,
    ]],
    [{ ...header, colourType: 2, rows: [0, 1, 2, 3, 4, 5, 6] }, [1, 2, 3, 4, 5, 6]],
    [{
      ...header,
      colourType: 2,
      chunks: [["tRNS", [0, 1, 0, 2, 0, 3]]],
      rows: [0, 1, 2, 3, 4, 5, 6],
    }, [255, 255, 255, 4, 5, 6]],
    [{
      ...header,
      colourType: 3,
      chunks: [["PLTE", [9, 8, 7, 0, 100, 200]], ["tRNS", [255, 51]]],
      rows: [0, 0, 1],
    }, [9, 8, 7, 204, 224, 244]],
    [{ ...header, colourType: 4, rows: [0, 55, 255, 55, 0] }, [55, 55, 55, 255, 255, 255]],
    [{ ...header, colourType: 6, rows: [0, 0, 0, 0, 51, 1, 2, 3, 255] }, [204, 204, 204, 1, 2, 3]],
    [{ ...header, colourType: 2, interlaced: true, rows: [0, 1, 2, 3, 0, 4, 5, 6] }, [
      1,
      2,
      3,
      4,
      5,
      6,
    ]],
  ];
  for (const [parts, pixels] of expected) {
    const picture = await decodePicture(pngFile(parts), "test.png");
    assertEquals([...picture.pixels], pixels, JSON.stringify(parts));
  }
});

Deno.test("every filter of a PNG's rows is undone as pngjs does it, of 8 and of 16 bits", async () => {
  const width = 23, height = 9, { pixels } = patternPicture(width, height * 2);
  for (const filterType of [0, 1, 2, 3, 4]) {
    for (const bitDepth of [8, 16] as const) {
      for (const colorType of [0, 2, 4, 6] as const) {
        const png = new PNG({ width, height });
        png.data.set(pixels.subarray(0, png.data.length));
        const file = new Uint8Array(PNG.sync.write(png, { filterType, bitDepth, colorType }));
        const { data } = PNG.sync.read(Buffer.from(file));
        const decoded = await decodePicture(file, "test.png");
        const what = `filter ${filterType}, ${bitDepth} bits, colour type ${colorType}`;
        assertEquals(decoded.pixels, overWhite({ width, height, data }).pixels, what);
      }
    }
  }
});

Deno.test("pictures that take too much memory or time to decode are refused by their header", async () => {
  const large = { width: 8000, height: 8000, rows: [] };
  const palette = pngFile({ ...large, depth: 8, colourType: 3, chunks: [["PLTE", [1, 2, 3]]] });
  const interlaced = pngFile({ ...large, depth: 16, colourType: 6, interlaced: true });
  const scan = [255, 218, 0, 8, 1, 1, 0, 0, 0, 0];
  const scans = new Uint8Array([
    ...[255, 216, 255, 194, 0, 11, 8, 16, 0, 16, 0, 1, 1, 17, 0], // 4096x4096 in grey, progressive
    ...Array.from({ length: 2000 }, () => scan).flat(),
  ]);
  const cases: [Uint8Array, string][] = [
    [palette, "MB of memory, 512 at most; make the picture smaller"],
    [interlaced, "MB of memory, 512 at most; make the picture smaller"],
    [scans, "2000 scans would take too long"],
  ];
  for (const [file, message] of cases) {
    await assertRejects(() => decodePicture(file, "bomb"), Error, message);
  }
});

Deno.test("JPEGs decode as libjpeg-turbo decodes them", async () => {
  for (const file of [colourJpeg, progressiveJpeg]) {
    const picture = await decodePicture(file, "test.jpg");
    assertEquals([picture.width, picture.height], [13, 9]);
    assertEquals(grid(picture), colourJpegPixels);
    assertEquals(picture.pixels.reduce((sum, value) => sum + value, 0), 36160);
  }
  const grey = await decodePicture(greyJpeg, "grey.jpg");
  assertEquals(grid(grey)[1], [0, 116, 228].map((value) => [value, value, value]));
});

function grid(picture: Picture): number[][][] {
  return [0, 4, 8].map((y) => [0, 6, 12].map((x) => pixel(picture, x, y)));
}

Deno.test("hostile files are refused by name in one line", async () => {
  const png = encodePng(patternPicture(20, 20));
  const flipped = png.slice();
  flipped[60] ^= 255;
  const rgb = { depth: 8, colourType: 2, rows: [0, 1, 2, 3] };
  const long: number[] = Array(1000).fill(0);
  const header = [0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0];
  const wide = colourJpeg.slice();
  const frame = wide.findIndex((byte, i) => byte === 0xff && wide[i + 1] === 0xc0);
  wide.set([0xff, 0xff, 0xff, 0xff], frame + 5);
  const cases: [string, Uint8Array, string][] = [
    ["empty", new Uint8Array(), "empty"],
    ["text", new TextEncoder().encode("hello, I am not a picture"), "neither a PNG nor a JPEG"],
    ["PNG signature", png.subarray(0, 8), "the PNG has no header"],
    ["cut PNG", png.subarray(0, png.length / 2), "damaged"],
    ["PNG without end", png.subarray(0, -12), "damaged"],
    ["flipped PNG", flipped, "damaged"],
    ["short PNG rows", pngFile({ ...rgb, width: 40, height: 40 }), "damaged"],
    ["short interlaced PNG", pngFile({ ...rgb, width: 9, height: 9, interlaced: true }), "damaged"],
    [
      "long interlaced PNG",
      pngFile({ ...rgb, width: 1, height: 1, interlaced: true, rows: long }),
      "a Buffer larger than 4 bytes",
    ],
    [
      "two headers",
      pngFile({ ...rgb, width: 1, height: 1, chunks: [["IHDR", header]] }),
      "two headers",
    ],
    ["PNG without palette", pngFile({ ...rgb, width: 1, height: 1, colourType: 3 }), "damaged"],
    [
      "huge PNG",
      pngFile({ ...rgb, width: 2 ** 30, height: 2 ** 30 }),
      "over the limit of 64 Mpixel",
    ],
    ["flat PNG", pngFile({ ...rgb, width: 0, height: 5 }), "0x5 pixels"],
    ["JPEG start", colourJpeg.subarray(0, 3), "no frame header"],
    ["cut JPEG header", colourJpeg.subarray(0, 100), "no frame header"],
    ["JPEG without pixels", colourJpeg.subarray(0, 200), "cannot decode the JPEG"],
    ["cut JPEG", colourJpeg.subarray(0, -20), "(Premature end of JPEG file)"],
    ["cut grey JPEG", greyJpeg.subarray(0, -4), "remature end"],
    ["huge JPEG", wide, "65535x65535 pixels are over the limit"],
    ["CMYK JPEG", cmykJpeg, "CMYK JPEGs are not read; convert it to RGB"],
  ];
  for (const [what, file, message] of cases) {
    const error = await assertRejects(() => decodePicture(file, "some/file"), Error, message, what);
    assert(/^some\/file: [^\n]+$/.test(error.message), `${what}: ${error.message}`);
  }
  assertEquals((await decodePicture(colourJpeg, "good.jpg")).width, 13);
});

Deno.test("damage in one JPEG is not laid on another that is read at the same time", async () => {
  const files = [
    colourJpeg,
    colourJpeg.subarray(0, -20),
    greyJpeg,
    colourJpeg.subarray(0, 200),
    colourJpeg,
  ];
  const results = await Promise.allSettled(files.map((file, i) => decodePicture(file, `${i}.jpg`)));
  assertEquals(results.map((result) => result.status === "fulfilled"), [
    true,
    false,
    true,
    false,
    true,
  ]);
});

Deno.test("paths that are no file are refused by name", async () => {
  await inFolder(async (folder) => {
    await assertRejects(() => readPicture(folder), Error, `${folder} is a folder, not a file`);
    const absent = join(folder, "absent.png");
    await assertRejects(() => readPicture(absent), Error, absent);
    const beyond = join(folder, "no", "such.png");
    await assertRejects(
      () => writePicture(beyond, patternPicture(1, 1)),
      Error,
      `cannot write ${beyond}`,
    );
  });
});

Deno.test("pictures can be read in a worker", async () => {
  const worker = new Worker(new URL("./decode_worker.ts", import.meta.url), { type: "module" });
  try {
    const reply = new Promise<Picture>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.postMessage(colourJpeg);
    assertEquals(await reply, await decodePicture(colourJpeg, "test.jpg"));
  } finally {
    worker.terminate();
  }
});
