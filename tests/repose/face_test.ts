import { assert, assertEquals } from "@std/assert";
import { mirrorPair } from "../../data/mirror.ts";
import { blankPicture } from "../../data/pictures/picture.ts";
import type { Picture, Sample } from "../../data/types.ts";
import { human } from "../../pose/skeleton.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Joints, Point } from "../../pose/types.ts";
import { keepFace } from "../../repose/face.ts";
import { pixel } from "../data/fixtures.ts";

const size = { width: 120, height: 120 };
const grey = blankPicture(size, [128, 128, 128]);

/** A head whose nose is `turned` pixels to the right of the middle of its eyes, at (x, y). */
function headAt(x: number, y: number, turned = 0): Joints {
  const at: Readonly<Record<string, Point>> = {
    ...{ nose: { x: x + turned, y: y + 8 }, neck: { x, y: y + 34 } },
    ...{ "right eye": { x: x - 7, y }, "left eye": { x: x + 7, y } },
    ...{ "right ear": { x: x - 15, y: y + 3 }, "left ear": { x: x + 15, y: y + 3 } },
  };
  return human.joints.map((name) => at[name] ?? null);
}

/** A photo whose colours tell the place: red is x, green is y; blue is always 0. */
function person(joints: Joints): Sample {
  const pixels = Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => {
    const at = Math.floor(i / 3);
    return [at % size.width, Math.floor(at / size.width), 0][i % 3];
  });
  return { name: "me", picture: { ...size, pixels }, joints };
}

function changedPixels(picture: Picture): Point[] {
  const places = Array.from({ length: size.width * size.height }, (_, i) => ({
    x: i % size.width,
    y: Math.floor(i / size.width),
  }));
  return places.filter(({ x, y }) => pixel(picture, x, y).some((value) => value !== 128));
}

Deno.test("keepFace: the face of the photo falls on the pose's, and all else stays", () => {
  const result = keepFace(grey, headAt(70, 60), person(headAt(40, 50)));
  for (const [x, y] of [[63, 60], [77, 60], [70, 68]]) {
    assertEquals([...pixel(result, x, y)], [x - 30, y - 10, 0]);
  }
  const changed = changedPixels(result);
  assert(changed.length > 300);
  for (const { x, y } of changed) assert(Math.abs(x - 70) <= 19 && Math.abs(y - 68) <= 20);
});

Deno.test("keepFace: a face that is turned and larger in the pose", () => {
  const pose = transformJoints(headAt(0, 0), 1.4, 0, 0)
    .map((point) => point && { x: 60 - point.y, y: 60 + point.x }); // a quarter to the right
  const result = keepFace(grey, pose, person(headAt(60, 50)));
  const nose = pose[human.joints.indexOf("nose")]!;
  const [x, y, blue] = pixel(result, Math.round(nose.x), Math.round(nose.y));
  assert(Math.abs(x - 60) <= 1 && Math.abs(y - 58) <= 1 && blue === 0, `${x}, ${y}, ${blue}`);
});

Deno.test("keepFace: from another side nothing is laid over, from a mirrored one the mirror image", () => {
  const aside = person(headAt(60, 50, 14));
  assertEquals(keepFace(grey, headAt(60, 50), aside), grey);
  const { source: mirrored } = mirrorPair({ source: aside, target: aside }, human);
  const result = keepFace(grey, mirrored.joints, aside);
  assertEquals([...pixel(result, 59, 56)], [...pixel(mirrored.picture, 59, 56)]);
});

Deno.test("keepFace: without a face in one of the two the picture stays as it is", () => {
  const withoutNose = headAt(60, 50).map((point, i) => i === 0 ? null : point);
  const withoutNeck = headAt(60, 50).map((point, i) => i === 1 ? null : point);
  const inOnePoint = headAt(60, 50).map((point) => point && { x: 60, y: 50 });
  const nobody = human.joints.map(() => null);
  for (const pose of [withoutNose, withoutNeck, inOnePoint, nobody]) {
    assertEquals(keepFace(grey, pose, person(headAt(60, 50))), grey);
  }
  for (const joints of [withoutNose, inOnePoint, nobody]) {
    assertEquals(keepFace(grey, headAt(60, 50), person(joints)), grey);
  }
});

Deno.test("keepFace: faces at the edges, and pictures of different sizes", () => {
  const small: Sample = {
    name: "",
    picture: blankPicture({ width: 40, height: 40 }, [1, 2, 3]),
    joints: headAt(20, 10),
  };
  for (const [x, y] of [[0, 0], [119, 0], [60, 119], [-50, -50], [20, 10]]) {
    const result = keepFace(grey, headAt(x, y), small);
    assertEquals(result.pixels.length, grey.pixels.length);
    for (const place of changedPixels(result)) assert(Math.abs(place.x - x) <= 19);
  }
});
