import { assert, assertEquals, assertThrows } from "@std/assert";
import { drawSkeleton } from "../../pose/draw.ts";
import { human, type Skeleton } from "../../pose/skeleton.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Joints, Size } from "../../pose/types.ts";
import { fish, shifted, size, standing, swimming, withJoints } from "./poses.ts";

function drawn(joints: Joints, skeleton: Skeleton = human, canvas: Size = size): Uint8Array {
  const pixels = new Uint8Array(canvas.width * canvas.height * 3);
  drawSkeleton(pixels, canvas, skeleton, joints);
  return pixels;
}

function pixelAt(pixels: Uint8Array, x: number, y: number, width = size.width): number[] {
  return [...pixels.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

Deno.test("a bone has its colour along its middle, smooth edges and nothing beyond", () => {
  const knee = { x: 20, y: 60 }, ankle = { x: 20, y: 100 };
  const leg = human.joints.map((name) =>
    name === "right knee" ? knee : name === "right ankle" ? ankle : null
  );
  const pixels = drawn(leg);
  const colour = human.bones.find((bone) => bone.joints[1] === "right ankle")!.colour;
  assertEquals(pixelAt(pixels, 20, 80), [...colour]);
  const edge = pixelAt(pixels, 21, 80);
  assert(edge.every((value, i) => value > 0 && value < colour[i]), `edge is ${edge}`);
  assertEquals(edge, pixelAt(pixels, 19, 80));
  assertEquals(pixelAt(pixels, 22, 80), [0, 0, 0]);
  assertEquals(pixelAt(pixels, 20, 60), [255, 255, 255]);
  assertEquals(pixelAt(pixels, 20, 103), [0, 0, 0]);
});

Deno.test("every seen joint is drawn, and a missing one leaves out itself and its bones", () => {
  const pixels = drawn(standing);
  for (const point of standing) {
    assertEquals(pixelAt(pixels, point!.x, point!.y), [255, 255, 255]);
  }
  const ankleless = drawn(withJoints(standing, { "right ankle": null }));
  assertEquals(pixelAt(ankleless, 23, 116), [0, 0, 0]);
  assertEquals(pixelAt(ankleless, 24, 100), [0, 0, 0]);
  assertEquals(pixelAt(ankleless, 24, 90), [255, 255, 255]);
});

Deno.test("the picture below shows where nothing is drawn", () => {
  const pixels = new Uint8Array(size.width * size.height * 3).fill(77);
  drawSkeleton(pixels, size, human, human.joints.map(() => null));
  assert(pixels.every((value) => value === 77));
});

Deno.test("a larger picture has thicker bones", () => {
  const large = { width: 512, height: 1024 };
  const share = (pixels: Uint8Array) => pixels.filter((value) => value > 0).length / pixels.length;
  const scaled = share(drawn(transformJoints(standing, 8, 0, 0), human, large));
  const thumbnail = share(drawn(standing));
  assert(scaled > thumbnail / 2 && scaled < thumbnail, `${scaled} of ${thumbnail}`);
});

Deno.test("joints outside the picture are cut off at its edge", () => {
  const cut = drawn(shifted(standing, { x: -30, y: 60 }));
  assertEquals(pixelAt(cut, 1, 90), [255, 255, 255]);
  const beside = standing.map((_, i) => i === 0 ? { x: -2, y: 50 } : null);
  assert(drawn(beside).every((value) => value === 0));
  assert(drawn(shifted(standing, { x: 1e9, y: -1e9 })).every((value) => value === 0));
});

Deno.test("a fish is drawn by its own table", () => {
  assertEquals(pixelAt(drawn(swimming, fish), 8, 30), [255, 0, 0]);
});

Deno.test("a raster or a pose of the wrong length is refused", () => {
  const pixels = new Uint8Array(64 * 128 * 4);
  assertThrows(
    () => drawSkeleton(pixels, size, human, standing),
    RangeError,
    "64x128 RGB pixels are 24576 bytes, not 32768",
  );
  assertThrows(() => drawn(swimming), RangeError, "has 18 joints but the pose has 10");
});
