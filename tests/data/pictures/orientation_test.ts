import { assertEquals } from "@std/assert";
import { decodePicture } from "../../../data/pictures/image_file.ts";
import { exifOrientation, turnUpright } from "../../../data/pictures/orientation.ts";
import { colourJpeg, pngFile } from "../fixtures.ts";

/** The pixels of a stored picture "ABC/DEF", as they are to be seen (Exif 3.0, tag 274). */
const upright: Readonly<Record<number, string>> = {
  1: "ABC/DEF",
  2: "CBA/FED",
  3: "FED/CBA",
  4: "DEF/ABC",
  5: "AD/BE/CF",
  6: "DA/EB/FC",
  7: "FC/EB/DA",
  8: "CF/BE/AD",
};

const grey = (letters: string) =>
  [...letters].flatMap((letter) => Array(3).fill(letter.charCodeAt(0)));

/** A TIFF header and a directory with one entry: orientation, a short. */
const tiff = (orientation: number) => [
  ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
  ...[0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
];

const png = (orientation: number) =>
  pngFile({
    width: 3,
    height: 2,
    depth: 8,
    colourType: 2,
    chunks: [["eXIf", tiff(orientation)]],
    rows: [0, ...grey("ABC"), 0, ...grey("DEF")],
  });

/** The JPEG of the fixtures with a segment of metadata. */
function jpeg(metadata: readonly number[]): Uint8Array {
  const content = [...new TextEncoder().encode("Exif\0\0"), ...metadata];
  const segment = [0xff, 0xe1, 0, content.length + 2, ...content];
  return Uint8Array.from([...colourJpeg.subarray(0, 2), ...segment, ...colourJpeg.subarray(2)]);
}

Deno.test("every orientation is turned upright", async () => {
  for (const [orientation, letters] of Object.entries(upright)) {
    const rows = letters.split("/");
    const pixels = Uint8Array.from(rows.flatMap(grey));
    const expected = { width: rows[0].length, height: rows.length, pixels };
    assertEquals(await decodePicture(png(Number(orientation)), "a.png"), expected, orientation);
  }
});

Deno.test("a JPEG's orientation is respected; one that is absent, senseless or damaged is upright", async () => {
  const plain = await decodePicture(colourJpeg, "plain.jpg");
  const turned = await decodePicture(jpeg(tiff(6)), "turned.jpg");
  assertEquals(turned, turnUpright(plain, 6));
  assertEquals([turned.width, turned.height], [plain.height, plain.width]);
  for (const file of [jpeg(tiff(0)), jpeg(tiff(9)), jpeg([1, 2, 3]), jpeg(tiff(6).slice(0, 12))]) {
    assertEquals(await decodePicture(file, "odd.jpg"), plain);
  }
  assertEquals(exifOrientation(new Uint8Array()), 1);
});
