import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { join } from "node:path";
import { writePicture } from "../../../data/pictures/image_file.ts";
import { openPrepared } from "../../../data/sets/prepared.ts";
import { annotationHeader, formatAnnotation } from "../../../pose/formats/annotation.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Joints } from "../../../pose/types.ts";
import { inFolder, patternPicture } from "../fixtures.ts";

const size = { width: 16, height: 32 };
const standing: Joints = human.joints.map((_, i) => ({ x: i % 12, y: i + 2 }));
const hidden: Joints = human.joints.map((name, i) => name === "left hip" ? null : standing[i]);

interface Row {
  name: string;
  joints?: Joints;
  /** Of the picture on disk; null = no picture. */
  pictureSize?: { width: number; height: number } | null;
  /** The annotation as it stands in the file, instead of what `joints` gives. */
  text?: string;
}

const three: Row[] = ["0002_c1_1.png", "0002_c1_2.png", "0002_c1_3.png"].map((name) => ({ name }));

async function writeSplit(
  folder: string,
  split: string,
  rows: Row[],
  list = `annotation-${split}.csv`,
): Promise<void> {
  const pictures = join(folder, `bounding_box_${split}`);
  await Deno.mkdir(pictures);
  for (const [seed, { name, pictureSize = size }] of rows.entries()) {
    if (!pictureSize) continue;
    const { width, height } = pictureSize;
    await writePicture(join(pictures, name), patternPicture(width, height, seed));
  }
  const lines = rows.map(({ name, joints = standing, text }) =>
    text ?? formatAnnotation({ name, joints }, human)
  );
  await Deno.writeTextFile(join(folder, list), [annotationHeader, ...lines, ""].join("\n"));
}

/** Opens a folder with these rows as its train split. */
async function withTrain(
  rows: Row[],
  check: (open: () => ReturnType<typeof openPrepared>, folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await writeSplit(folder, "train", rows);
    await check(() => openPrepared(folder, size, human), folder);
  });
}

/** The error of opening these rows, which must be one line. */
async function refused(rows: Row[], message: string): Promise<void> {
  await withTrain(rows, async (open) => {
    const error = await assertRejects(open, Error, message);
    assert(!error.message.includes("\n"), error.message);
  });
}

Deno.test("pairs are the ordered pairs within an identity, sorted by name", async () => {
  const rows = [{ name: "0007_c2_b.png" }, ...three, { name: "0007_c1_a.png" }];
  await withTrain(rows, async (open) => {
    const dataset = await open();
    assertEquals([dataset.pairCount("train"), dataset.pairCount("test")], [8, 0]);
    const names: string[] = [];
    for (let i = 0; i < 8; i++) {
      const { source, target } = await dataset.pair("train", i);
      names.push(`${source.name} ${target.name}`.replaceAll(".png", ""));
    }
    assertEquals(names, [
      "0002_c1_1 0002_c1_2",
      "0002_c1_1 0002_c1_3",
      "0002_c1_2 0002_c1_1",
      "0002_c1_2 0002_c1_3",
      "0002_c1_3 0002_c1_1",
      "0002_c1_3 0002_c1_2",
      "0007_c1_a 0007_c2_b",
      "0007_c2_b 0007_c1_a",
    ]);
    await assertRejects(() => dataset.pair("train", 8), RangeError, "pair 8 does not exist");
    await assertRejects(() => dataset.pair("test", 0), RangeError, "there are 0");
  });
});

Deno.test("a pair has the pictures and joints of the files, each read once", async () => {
  await withTrain(three, async (open) => {
    const dataset = await open();
    const { source, target } = await dataset.pair("train", 0);
    assertEquals(source.picture, patternPicture(16, 32, 0));
    assertEquals(target.picture, patternPicture(16, 32, 1));
    assertEquals(source.joints, standing);
    assertStrictEquals((await dataset.pair("train", 2)).target, source);
  });
});

Deno.test("pictures of another size are fitted with their joints", async () => {
  const rows = [...three.slice(1), {
    name: "0002_c1_0.png",
    pictureSize: { width: 32, height: 32 },
  }];
  await withTrain(rows, async (open) => {
    const { source } = await (await open()).pair("train", 0);
    assertEquals([source.name, source.picture.width, source.picture.height], [
      "0002_c1_0.png",
      16,
      32,
    ]);
    // Halved, and moved down by the bar above.
    assertEquals(source.joints[0], { x: -0.25, y: 8.75 });
  });
});

Deno.test("what cannot be in a pair is left out", async () => {
  const rows: Row[] = [
    ...three,
    { name: "-1_c1_1.png" },
    { name: "-1_c1_2.png" },
    { name: "0000_c1_1.png" },
    { name: "0000_c1_2.png" },
    { name: "0002_c1_4.png", joints: hidden },
    { name: "0002_c1_5.png", pictureSize: null },
    { name: "0009_c1_1.png" },
  ];
  await withTrain(rows, async (open) => assertEquals((await open()).pairCount("train"), 6));
});

Deno.test("where no pair is left, the error says what each rule left out", async () => {
  const rows: Row[] = [
    { name: "-1_c1_1.png" },
    { name: "0002_c1_1.png", joints: hidden },
    { name: "0002_c1_2.png", joints: hidden },
    { name: "0002_c1_3.png", pictureSize: null },
    { name: "0003_c1_1.png" },
    { name: "0004_c1_1.png" },
  ];
  await refused(
    rows,
    "has no pairs: train: 6 annotations; left out: 1 distractors, 1 without a picture, " +
      "2 without right shoulder, left shoulder, left hip, right hip, 2 alone of their identity; " +
      "test: there is no annotation-test.csv",
  );
  await refused([], "train: 0 annotations");
});

Deno.test("the authors' names of the lists are accepted, and a test split alone", async () => {
  await inFolder(async (folder) => {
    await writeSplit(folder, "test", three, "market-annotation-test.csv");
    const dataset = await openPrepared(folder, size, human);
    assertEquals([dataset.pairCount("train"), dataset.pairCount("test")], [0, 6]);
  });
});

Deno.test("folders without pictures or lists are refused", async () => {
  await inFolder(async (folder) => {
    const open = () => openPrepared(folder, size, human);
    await assertRejects(open, Error, "has no pairs: train: there is no annotation-train.csv");
    await writeSplit(folder, "train", three);
    await Deno.remove(join(folder, "annotation-train.csv"));
    await assertRejects(
      open,
      Error,
      `${folder} has train pictures but no annotation-train.csv: make it with ./run data market DIR`,
    );
    const absent = join(folder, "absent");
    await assertRejects(() => openPrepared(absent, size, human), Error, absent);
  });
});

Deno.test("broken lists are refused with file and line", async () => {
  const numbers = Array(18).fill(5).join(", ");
  const row = (text: string): Row => ({ name: "0002_c1_9.png", text });
  await refused(
    [...three, row(`a.png: [x, ${numbers}]: [${numbers}]`)],
    "annotation-train.csv:5: ",
  );
  await refused([row(`a.png: [${numbers}]`)], "annotation-train.csv:2: ");
  await refused([row(`a.png: [${numbers.slice(0, -1)}x]: [${numbers}]`)], "not a number");
  await refused([three[0], three[0]], "annotation-train.csv:3: 0002_c1_1.png stands on line 2");
  for (const name of ["../secret.png", "/etc/passwd", "a/../b.png", "..", "a\\b.png"]) {
    const message = `annotation-train.csv:3: ${JSON.stringify(name)} is not a plain file name`;
    await refused([three[0], row(`${name}: [${numbers}]: [${numbers}]`)], message);
  }
  await withTrain(three, async (open, folder) => {
    await Deno.writeTextFile(join(folder, "annotation-train.csv"), "name:keypoints_x\n");
    await assertRejects(open, Error, "annotation-train.csv:1: column keypoints_y is missing");
  });
});

Deno.test("joints outside the picture are refused with file, line and joint", async () => {
  const outside = standing.map((joint, i) => i === 4 ? { x: 16, y: 3 } : joint);
  await withTrain([three[0], { ...three[1], joints: outside }], async (open) => {
    const dataset = await open();
    await assertRejects(
      () => dataset.pair("train", 0),
      Error,
      "annotation-train.csv:3: 0002_c1_2.png: right wrist at (16, 3) lies outside the 16x32",
    );
  });
});

Deno.test("a broken picture is named, and does not spoil the other pairs", async () => {
  await withTrain(three, async (open, folder) => {
    const path = join(folder, "bounding_box_train", "0002_c1_3.png");
    await Deno.writeFile(path, (await Deno.readFile(path)).subarray(0, 80));
    const dataset = await open();
    await assertRejects(() => dataset.pair("train", 1), Error, `${path}: the PNG is damaged`);
    assertEquals((await dataset.pair("train", 0)).target.name, "0002_c1_2.png");
  });
});
