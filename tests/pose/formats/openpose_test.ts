import { assertEquals, assertThrows } from "@std/assert";
import { parseOpenPose } from "../../../pose/formats/openpose.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Size } from "../../../pose/types.ts";
import { size, standing, withJoints } from "../poses.ts";

const NECK = 3 * human.joints.indexOf("neck");

/** What OpenPose's BODY_18 model writes for a pose. */
const body18 = (pose = standing): unknown[] =>
  pose.flatMap((point) => point ? [point.x, point.y, 0.9] : [0, 0, 0]);

/** The same for BODY_25: joint 8 is the middle of the hips, joints 19 to 24 are on the feet. */
const body25 = (): unknown[] => {
  const values = body18();
  const feet = new Array(6).fill([1, 2, 0.5]).flat();
  return [...values.slice(0, 24), 31, 64, 0.8, ...values.slice(24), ...feet];
};

const file = (values: unknown) => ({ version: 1.3, people: [{ pose_keypoints_2d: values }] });
const parse = (document: unknown, size?: Size) =>
  parseOpenPose(JSON.stringify(document), "pose.json", size);

function assertRefused(document: unknown, message: string, size?: Size): void {
  assertThrows(() => parse(document, size), Error, message);
}

Deno.test("BODY_18 and BODY_25 give the same joints", () => {
  assertEquals(parse(file(body18()), size), standing);
  assertEquals(parse(file(body25()), size), standing);
});

Deno.test("a joint of confidence 0 is missing, wherever it is said to be", () => {
  const pose = withJoints(standing, { "right ear": null });
  assertEquals(parse(file(body18(pose)), size), pose);
  assertEquals(parse(file(body18().with(NECK + 2, 0)), size)[1], null);
});

Deno.test("the first of several people is taken", () => {
  const document = file(body18());
  assertEquals(parse({ people: [...document.people, { pose_keypoints_2d: "" }] }), standing);
});

Deno.test("a bad file is refused with its name and its fault", () => {
  assertThrows(() => parseOpenPose("{", "pose.json"), Error, "pose.json is not JSON: ");
  assertThrows(() => parseOpenPose('{"people": [NaN]}', "pose.json"), Error, "is not JSON: ");
  for (const document of [null, 3, [], {}, { people: {} }]) {
    assertRefused(document, 'pose.json: there is no list "people"');
  }
  assertRefused({ people: [] }, 'pose.json: "people" is empty: nobody was found');
  for (const person of [null, {}, { pose_keypoints_2d: "1,2,3" }]) {
    assertRefused({ people: [person] }, 'people[0] has no list "pose_keypoints_2d"');
  }
  for (const count of [0, 51, 53, 57, 72]) {
    const numbers = new Array(count).fill(1);
    assertRefused(file(numbers), `has ${count} numbers, must have 54 (BODY_18) or 75 (BODY_25)`);
  }
  for (const bad of ["12", null, true, [], {}]) {
    assertRefused(
      file(body18().with(NECK, bad)),
      `people[0].pose_keypoints_2d[3] is ${JSON.stringify(bad)}, not a number`,
    );
  }
  assertRefused(file(new Array(54).fill(0)), "pose.json: people[0] has no joint that was seen");
});

Deno.test("a joint outside the picture is refused", () => {
  assertRefused(
    file(body18().with(NECK, -3)),
    "pose.json: neck at (-3, 30) lies outside any picture",
  );
  const far = file(body18().with(NECK, 64));
  assertEquals(parse(far)[1], { x: 64, y: 30 });
  assertRefused(far, "neck at (64, 30) lies outside the 64x128 (width x height) picture", size);
});
