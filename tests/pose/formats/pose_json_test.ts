import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CocoList } from "../../../pose/formats/coco_list.ts";
import { orders, type PoseFormat } from "../../../pose/formats/orders.ts";
import { parsePoseJson } from "../../../pose/formats/pose_json.ts";
import { human, jointNamed } from "../../../pose/skeleton.ts";
import type { Joints, Point, Size } from "../../../pose/types.ts";
import { anyPose, runs, size, standing, withJoints } from "../poses.ts";

/** The pose as a format of `count` joints lists it: null for what `human` lacks and what is not seen. */
function listed(format: PoseFormat, count: number, pose: Joints): (Point | null)[] {
  const order = orders[format].find((order) => order.count === count)!;
  const first = order.joints.map((name) => name && jointNamed(human, pose, name));
  return [...first.map((point) => point || null), ...Array(count - first.length).fill(null)];
}

const flat = (points: readonly (Point | null)[]) =>
  points.flatMap((point) => point ? [point.x, point.y, 0.9] : [0, 0, 0]);
const people = (values: unknown) => ({ version: 1.3, people: [{ pose_keypoints_2d: values }] });
const body18 = (pose: Joints = standing) => people(flat(listed("openpose", 18, pose)));
const landmarks = (pose: Joints) =>
  listed("mediapipe", 33, pose).map((point) =>
    point
      ? { x: (point.x + 0.5) / size.width, y: (point.y + 0.5) / size.height, z: 0, visibility: 0.9 }
      : { x: 0.5, y: 2, z: 0, visibility: 0.1 }
  );
const pairs = (points: readonly (Point | null)[]) =>
  points.map((point) => [point?.x ?? 0, point?.y ?? 0]);
const scores = (points: readonly (Point | null)[]) => points.map((point) => point ? 0.8 : 0.1);
const wholebody = (pose: Joints, count: number) => {
  const points = listed("wholebody", count, pose);
  return { instance_info: [{ keypoints: pairs(points), keypoint_scores: scores(points) }] };
};
const named = (pose: Joints) =>
  listed("coco", 17, pose).map((point, i) => ({
    ...(point ?? { x: 0, y: 0 }),
    score: point ? 0.7 : 0.2,
    name: orders.coco[0].joints[i]!.replaceAll(" ", "_"),
  }));

/** Every way in which a file may hold a pose, and whether it has the neck. */
const documents: Record<string, [write: (pose: Joints) => unknown, hasNeck: boolean]> = {
  "OpenPose BODY_18": [body18, true],
  "OpenPose BODY_25": [(pose) => people(flat(listed("openpose", 25, pose))), true],
  "ControlNet": [(pose) => [{ ...body18(pose), canvas_width: 64, canvas_height: 128 }], true],
  "COCO, one person": [(pose) => ({ keypoints: flat(listed("coco", 17, pose)) }), false],
  "COCO, results": [
    (pose) => [{ image_id: 3, keypoints: flat(listed("coco", 17, pose)), score: 0.9 }],
    false,
  ],
  "TensorFlow.js, with names": [(pose) => [{ keypoints: named(pose).reverse() }], false],
  "MMPose": [(pose) => wholebody(pose, 133), false],
  "COCO-WholeBody, flat": [
    (pose) => ({ keypoints: flat(listed("wholebody", 133, pose)) }),
    false,
  ],
  "DWPose": [(pose) => wholebody(pose, 134), true],
  "MediaPipe, bare": [landmarks, false],
  "MediaPipe Tasks": [(pose) => ({ landmarks: [landmarks(pose)], worldLandmarks: [] }), false],
  "MediaPipe Solutions": [(pose) => ({ poseLandmarks: landmarks(pose) }), false],
  "MediaPipe protobuf": [(pose) => ({ pose_landmarks: { landmark: landmarks(pose) } }), false],
};

const parse = (document: unknown, format?: PoseFormat, picture: Size = size) =>
  parsePoseJson(JSON.stringify(document), { file: "pose.json", format, size: picture });

function assertRefused(document: unknown, message: string, format?: PoseFormat): void {
  const error = assertThrows(() => parse(document, format), Error, message);
  assert(/^[^\n]*pose\.json[^\n]*$/.test(error.message), error.message);
}

/** The neck of a format without one. */
function withMiddleNeck(pose: Joints): Joints {
  const [a, b] = ["right shoulder", "left shoulder"].map((name) => jointNamed(human, pose, name));
  return withJoints(pose, { neck: a && b && { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } });
}

/** To a billionth of a pixel: fractions are not exact. */
function rounded(pose: Joints): Joints {
  const round = (value: number) => Math.round(value * 1e9) / 1e9;
  return pose.map((point) => point && { x: round(point.x), y: round(point.y) });
}

for (const [name, [write, hasNeck]] of Object.entries(documents)) {
  Deno.test(`${name}: the joints come out as they went in`, () => {
    fc.assert(
      fc.property(anyPose, (pose) => {
        const written = withJoints(pose, { nose: { x: 3, y: 4 }, "left ankle": { x: 40, y: 100 } });
        const expected = hasNeck ? written : withMiddleNeck(written);
        assertEquals(rounded(parse(write(written))), rounded(expected));
      }),
      { ...runs, numRuns: 25 },
    );
  });
}

Deno.test("bare lists need a format, and take it", () => {
  const points = listed("coco", 17, standing);
  const refusal = "has 17 joints and does not say in which order: put one of openpose:, coco:, " +
    "wholebody:, mediapipe: before pose.json";
  for (const bare of [flat(points), pairs(points), [pairs(points)]]) {
    assertRefused(bare, refusal);
    assertEquals(parse(bare, "coco")[4], jointNamed(human, standing, "right wrist"));
    assertRefused(bare, "has 17 joints, but openpose has 18 or 25", "openpose");
  }
  const eighteen = { keypoints: flat(listed("openpose", 18, standing)) };
  assertRefused(eighteen, "pose.json: keypoints has 18 joints and does not say in which order");
  assertEquals(parse(eighteen, "openpose"), standing);
});

Deno.test("a joint of confidence 0 is missing, wherever it is said to be", () => {
  const values = flat(listed("openpose", 18, standing)).with(5, 0);
  assertEquals(parse(people(values))[1], null);
});

Deno.test("the first of several people is taken", () => {
  const document = body18();
  assertEquals(parse({ people: [...document.people, { pose_keypoints_2d: "" }] }), standing);
});

Deno.test("a file that holds no pose is refused with its name and its fault", () => {
  assertThrows(
    () => parsePoseJson("{", { file: "pose.json", size }),
    Error,
    "pose.json is not JSON: ",
  );
  for (const document of [null, 3, {}, { persons: [] }]) {
    assertRefused(document, "pose.json has no pose: none of people, annotations");
  }
  assertRefused({ people: {} }, "pose.json: people is not a list");
  assertRefused([], "pose.json is empty: nobody was found");
  assertRefused({ people: [] }, "pose.json: people is empty: nobody was found");
  assertRefused({ landmarks: [] }, "pose.json: landmarks is empty: nobody was found");
  assertRefused({ people: [{}] }, "pose.json: people[0] has no pose");
  assertRefused(people("1,2"), "pose.json: people[0].pose_keypoints_2d is not a list");
  assertRefused([[[[[[[[[[[[1]]]]]]]]]]]], "pose.json holds lists in lists");
});

Deno.test("a list of another length is refused with both numbers", () => {
  assertRefused(people(Array(53).fill(1)), "has 53 numbers, not x, y and confidence");
  assertRefused(people(Array(57).fill(1)), "has 19 joints, but openpose has 18 or 25");
  assertRefused({ landmarks: landmarks(standing).slice(1) }, "has 32 joints, but mediapipe has 33");
  const { instance_info: [person] } = wholebody(standing, 133);
  const fewer = { ...person, keypoint_scores: [1, 2] };
  assertRefused([fewer], "keypoints has 133 joints, but the scores are not as many");
});

Deno.test("an entry that is no number is refused with its place", () => {
  const values = flat(listed("openpose", 18, standing));
  for (const bad of ["12", null, true]) {
    assertRefused(
      people((values as unknown[]).with(3, bad)),
      `pose.json: people[0].pose_keypoints_2d[3] is ${JSON.stringify(bad)}, not a number`,
    );
  }
  const marks: unknown[] = landmarks(standing);
  assertRefused(
    { landmarks: marks.with(2, { x: 0.5 }) },
    "landmarks[2].y is undefined, not a number",
  );
  assertRefused({ landmarks: marks.with(2, 7) }, "landmarks[2] is 7, not a joint");
  assertRefused({ keypoints: [[1, 2], [3]] }, "keypoints[1] has 1 numbers, not x and y");
  assertRefused({ keypoints: [[1, 2], [3, "4"]] }, 'keypoints[1] is "4", not a number');
});

Deno.test("a pose without any joint is refused", () => {
  const message = "has no joint that was seen";
  assertRefused(people(Array(54).fill(0)), `pose.json: people[0].pose_keypoints_2d ${message}`);
  const unseen = standing.map(() => null);
  for (const [write] of Object.values(documents)) assertRefused(write(unseen), message);
});

Deno.test("a joint outside the picture is refused; so are swapped axes, saying so", () => {
  const moved = (x: number, y: number) => body18(withJoints(standing, { neck: { x, y } }));
  assertRefused(moved(-3, 30), "pose.json: neck at (-3, 30) lies outside the 64x128");
  const error = assertThrows(() => parse(moved(64, 127)), RangeError, "neck at (64, 127) lies");
  assert(!error.message.includes("swapped"), error.message);
  assertEquals(parse(moved(64, 30), undefined, { width: 65, height: 128 })[1], { x: 64, y: 30 });

  const swapped = standing.map((point) => point && { x: point.y, y: point.x });
  for (const [name, [write]] of Object.entries(documents)) {
    if (name.startsWith("MediaPipe")) continue;
    assertRefused(write(swapped), "all joints would lie inside with x and y swapped");
  }
});

Deno.test("fractions where pixels are needed are refused, and pixels where fractions are", () => {
  const fractions = standing.map((point) => point && { x: point.x / 64, y: point.y / 128 });
  assertRefused(body18(fractions), "holds fractions of the picture, but pixels are needed");
  const pixels = landmarks(standing).map((mark) => ({ ...mark, x: mark.x * 64, y: mark.y * 128 }));
  assertRefused({ landmarks: pixels }, "must be fractions of the picture, but holds pixels");
});

Deno.test("a pose that was made for a picture of another size is refused", () => {
  const document = { ...body18(), canvas_width: 512, canvas_height: 768 };
  assertRefused(
    document,
    "pose.json belongs to a 512x768 (width x height) picture, but this one has",
  );
});

Deno.test("COCO's lists give the first person of each picture", () => {
  const keypoints = flat(listed("coco", 17, standing));
  const document = {
    images: [{ id: 7, file_name: "a.jpg" }, { id: 8, file_name: "b.jpg" }],
    annotations: [{ image_id: 7, keypoints }, { image_id: 7, keypoints: [] }],
  };
  const list = CocoList.from(document, "coco.json")!;
  assertEquals(list.count, 1);
  assertEquals(list.joints("a.jpg", size), withMiddleNeck(standing));
  assertEquals(list.joints("b.jpg", size), null);
  assertThrows(
    () => list.joints("a.jpg", { width: 9, height: 128 }),
    RangeError,
    "coco.json#a.jpg: nose at ",
  );
  assertEquals(CocoList.from(body18(), "pose.json"), null);
  for (const images of [[3], [{ id: 7 }]]) {
    assertThrows(
      () => CocoList.from({ ...document, images }, "coco.json"),
      Error,
      "coco.json: images[0] has no file_name",
    );
  }
});

Deno.test("joints stand where each format's documentation puts them", () => {
  const places: [PoseFormat, number, Record<string, number>][] = [
    ["openpose", 18, { nose: 0, neck: 1, "right wrist": 4, "left hip": 11, "left ear": 17 }],
    ["openpose", 25, {
      neck: 1,
      "left wrist": 7,
      "right hip": 9,
      "left ankle": 14,
      "left ear": 18,
    }],
    ["coco", 17, { nose: 0, "left eye": 1, "right ear": 4, "left shoulder": 5, "right ankle": 16 }],
    ["wholebody", 133, { "right eye": 2, "right wrist": 10, "left hip": 11 }],
    ["wholebody", 134, { neck: 1, "right shoulder": 2, "right eye": 14 }],
    ["mediapipe", 33, {
      ...{ "left eye": 2, "right eye": 5, "left ear": 7, "left shoulder": 11, "right wrist": 16 },
      ...{ "left hip": 23, "right knee": 26, "right ankle": 28 },
    }],
  ];
  for (const [format, count, joints] of places) {
    const order = orders[format].find((order) => order.count === count)!;
    for (const [joint, index] of Object.entries(joints)) {
      assertEquals(order.joints.indexOf(joint), index, `${joint} of ${format} ${count}`);
    }
  }
});
