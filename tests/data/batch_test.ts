import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { packBatch } from "../../data/batch.ts";
import type { Pair, Sample } from "../../data/types.ts";
import { readPicture } from "../../data/pictures/image_file.ts";
import { openPrepared } from "../../data/sets/prepared.ts";
import { parseSafetensors } from "../../engine/safetensors.ts";
import { deformation } from "../../pose/deformation.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import { sharedPath } from "../shared.ts";
import { patternPicture } from "./fixtures.ts";

const size = { width: 64, height: 128 };

/** A figure whose limbs all have some length; `missing` joints are not seen. */
function figure(shift: number, missing: string[] = []): Joints {
  return human.joints.map((name, i) =>
    missing.includes(name)
      ? null
      : { x: 10 + (i * 13 + shift) % 40, y: 10 + (i * 29 + shift) % 100 }
  );
}

function sample(seed: number, joints: Joints): Sample {
  return { name: `${seed}.png`, picture: patternPicture(64, 128, seed), joints };
}

const pairs: Pair[] = [
  { source: sample(0, figure(0)), target: sample(1, figure(5)) },
  {
    source: sample(2, figure(3, ["right wrist", "left wrist"])),
    target: sample(3, figure(9, ["nose"])),
  },
];

for (const style of ["paper", "released"] as const) {
  Deno.test(`packBatch packs pictures, joints and deformations (${style})`, () => {
    const batch = packBatch(pairs, human, style);
    assertEquals([batch.count, batch.size], [2, size]);
    const bytes = 64 * 128 * 3;
    assertEquals(batch.sourcePixels.subarray(bytes), pairs[1].source.picture.pixels);
    assertEquals(batch.targetPixels.subarray(0, bytes), pairs[0].target.picture.pixels);
    assertEquals(batch.sourceJoints.length, 2 * 18 * 2);
    const { x, y } = pairs[1].source.joints[1]!;
    assertEquals([...batch.sourceJoints.subarray(38, 40)], [x, y]);
    assertEquals([...batch.sourceJoints.subarray(36 + 8, 36 + 10)], [-1, -1]);
    assertEquals([...batch.targetJoints.subarray(36, 38)], [-1, -1]);
    assertEquals(batch.maps.subarray(-6), Float32Array.of(1, 0, 0, 0, 1, 0), "no left lower arm");
    pairs.forEach(({ source, target }, n) => {
      const moves = deformation(human, source.joints, target.joints, size, style);
      human.parts.forEach((part, r) => {
        const i = n * 10 + r;
        const map = moves.maps[r] ?? [1, 0, 0, 0, 1, 0];
        assertEquals(batch.maps.slice(i * 6, i * 6 + 6), Float32Array.from(map), part.name);
        const region = moves.regions[r]?.flatMap((corner) => [corner.x, corner.y]) ??
          [-1e4, -1e4, -9999, -1e4, -9999, -9999, -1e4, -9999];
        assertEquals(batch.regions.slice(i * 8, i * 8 + 8), Float32Array.from(region), part.name);
      });
    });
  });
}

Deno.test("packBatch refuses no pairs, and pictures of several sizes", () => {
  assertThrows(() => packBatch([], human, "paper"), RangeError, "at least one pair");
  const odd = { ...pairs[1].target, picture: patternPicture(8, 8) };
  assertThrows(
    () => packBatch([pairs[0], { ...pairs[1], target: odd }], human, "paper"),
    RangeError,
    "3.png has 8x8 pixels but the first picture has 64x128",
  );
});

Deno.test("a batch of the shared data set holds the numbers of the reference tensors", async () => {
  const folder = sharedPath("data/humans/128x64");
  const file = sharedPath("reference/market-paper.safetensors");
  if (!folder || !file) return;
  const { metadata, tensors } = parseSafetensors(await Deno.readFile(file));
  const dataset = await openPrepared(folder, size, human);
  const wanted = metadata.pairs.split(";");
  const found: Pair[] = [];
  for (let i = 0; i < dataset.pairCount("train") && found.length < wanted.length; i++) {
    const pair = await dataset.pair("train", i);
    if (wanted[found.length] === `${pair.source.name},${pair.target.name}`) found.push(pair);
  }
  const batch = packBatch(found, human, "paper");
  const numbers = (name: string) => {
    const tensor = tensors.get(name);
    assert(tensor);
    const kind = tensor.dtype === "I32" ? Int32Array : Float32Array;
    return [...new kind(tensor.data.slice().buffer)];
  };
  assertEquals(channelsFirst(batch.sourcePixels), numbers("image.source").map(toByte));
  assertEquals(channelsFirst(batch.targetPixels), numbers("image.target").map(toByte));
  assertEquals(swapPairs(batch.sourceJoints), numbers("joints.source"));
  assertEquals(swapPairs(batch.targetJoints), numbers("joints.target"));
  const picture = await readPicture(join(folder, "bounding_box_train", found[0].source.name));
  assertEquals(picture, found[0].source.picture);
});

/** [-1, 1] to 0..255. */
function toByte(value: number): number {
  return Math.round((value + 1) * 127.5);
}

/** [N, H, W, 3] to [N, 3, H, W]. */
function channelsFirst(pixels: Uint8Array): number[] {
  const area = size.width * size.height;
  return Array.from(pixels, (_, i) => {
    const picture = Math.floor(i / (3 * area)), channel = Math.floor(i / area) % 3;
    return pixels[(picture * area + i % area) * 3 + channel];
  });
}

/** x, y, ... to y, x, ... as the reference has it. */
function swapPairs(values: Float32Array): number[] {
  return Array.from(values, (_, i) => values[i ^ 1]);
}
