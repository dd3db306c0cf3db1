import { assert, assertEquals } from "@std/assert";
import { blankPicture, resize } from "../../data/pictures/picture.ts";
import { human } from "../../pose/skeleton.ts";
import { transformJoints } from "../../pose/transform.ts";
import type { Joints } from "../../pose/types.ts";
import { PhotoBackground } from "../../repose/background.ts";
import { pixel } from "../data/fixtures.ts";
import { personAt } from "./files/studio.ts";

const size = { width: 130, height: 150 };
const here = personAt(25, 25), moved = transformJoints(here, 1, 40, 0);
const grey = [128, 128, 128] as const;
const painted = blankPicture(size, grey);

/** A photo of a slope of colours with a white person on it. */
function photo(joints: Joints) {
  const picture = blankPicture(size, [0, 0, 0]);
  for (let i = 0; i < picture.pixels.length; i++) {
    const x = Math.floor(i / 3) % size.width;
    picture.pixels[i] = 40 + x / 2;
  }
  for (const point of joints) {
    if (!point) continue;
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        const at = (Math.round(point.y + dy) * size.width + Math.round(point.x + dx)) * 3;
        picture.pixels.fill(255, at, at + 3);
      }
    }
  }
  return { name: "me", picture, joints };
}

const behind = (pose: Joints, person = photo(here)) =>
  new PhotoBackground(person, human).behind(painted, pose);
const joint = (pose: Joints, name: string) => pose[human.joints.indexOf(name)]!;

Deno.test("background: the photo's beside the person, what was painted where the person stands", () => {
  const result = behind(moved);
  for (const [x, y] of [[2, 2], [127, 147], [2, 147]]) {
    assertEquals(pixel(result, x, y), pixel(photo(here).picture, x, y));
  }
  for (const name of ["right hip", "left knee", "neck", "left wrist"]) {
    const { x, y } = joint(moved, name);
    assertEquals([...pixel(result, Math.round(x), Math.round(y))], [...grey], name);
  }
});

Deno.test("background: nothing of the person is left where they stood", () => {
  const result = behind(moved);
  for (const name of ["right ankle", "right knee", "right elbow"]) {
    const { x, y } = joint(here, name);
    const [red] = pixel(result, Math.round(x), Math.round(y));
    // Half of the grey that was painted, half of the slope round the person.
    const slope = 40 + x / 2;
    assert(Math.abs(red - (128 + slope) / 2) <= 6, `${name}: ${red} beside ${slope}`);
  }
});

Deno.test("background: a pose without torso, and a person without, stay as they were painted", () => {
  const faceOnly = here.map((point, i) => human.anchor.includes(human.joints[i]) ? null : point);
  assertEquals(behind(faceOnly), painted);
  assertEquals(behind(moved, photo(faceOnly)), painted);
});

Deno.test("background: pictures of other sizes, one after the other", () => {
  const person = new PhotoBackground(photo(here), human);
  const half = { width: size.width / 2, height: size.height / 2 };
  const small = person.behind(blankPicture(half, grey), transformJoints(moved, 0.5, 0, 0));
  const large = person.behind(painted, moved);
  const shrunk = resize(large, half);
  let sum = 0;
  small.pixels.forEach((value, i) => sum += Math.abs(value - shrunk.pixels[i]));
  assert(sum / small.pixels.length < 2, `they differ by ${sum / small.pixels.length}`);
});
