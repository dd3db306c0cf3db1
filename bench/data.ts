/**
 * Time and peak memory of a large data set: a folder laid out like Market-1501, with 100,000 pictures of 64 x 128 pixels
 * that make 263,000 pairs; a table, and a file in results/.
 *
 * deno run -A bench/data.ts [--pictures N]
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeLines } from "../data/files/write.ts";
import { digestFiles } from "../data/sets/digest.ts";
import { figures } from "../data/figures/figures.ts";
import { writePicture } from "../data/pictures/image_file.ts";
import { annotationHeader, formatAnnotation } from "../pose/formats/annotation.ts";
import { human } from "../pose/skeleton.ts";
import type { Joints } from "../pose/types.ts";
import { markdownTable, writeResults } from "./results.ts";

const size = { width: 64, height: 128 };
const phases = ["start", "pairing", "opening", "order", "pictures", "preparing", "objects"];
/** Processes that prepare it together. */
const PARTS = 8;
/** Pictures on disk; the others are links to them. */
const FILES = 16;
/** Pictures of the people in turn: 7 pictures make 6 + 12 pairs. */
const picturesOfPerson = [3, 4, 4, 3, 4, 3, 4, 4, 3];

interface Result {
  readonly name: string;
  readonly count: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

/** All joints seen, so that all pictures are in pairs. */
const standing: Joints = human.joints.map((_, i) => ({ x: 20 + i, y: 10 + 6 * i }));

function* pictureNames(count: number): Generator<string, void> {
  for (let person = 0, i = 0; i < count; person++) {
    for (let n = picturesOfPerson[person % picturesOfPerson.length]; n > 0 && i < count; n--, i++) {
      yield `${String(person).padStart(6, "0")}x_c1s1_${String(i).padStart(6, "0")}_00.png`;
    }
  }
}

async function writeDataset(folder: string, count: number): Promise<void> {
  const pictures = join(folder, "bounding_box_train");
  await Deno.mkdir(pictures);
  const people = figures({ size, seed: 1 });
  const files: string[] = [];
  let number = 0;
  for (const name of pictureNames(count)) {
    const path = join(pictures, name);
    if (files.length < FILES) {
      const { source } = await people.pair("train", number);
      await writePicture(path, source.picture);
      files.push(path);
    } else await Deno.link(files[number % FILES], path);
    number++;
  }
  await writeLines(join(folder, "annotation-train.csv"), lines(count));
}

function* lines(count: number): Generator<string, void> {
  yield annotationHeader;
  for (const name of pictureNames(count)) yield formatAnnotation({ name, joints: standing }, human);
}

async function measure(name: string, folder: string, ...part: string[]): Promise<Result> {
  const script = fileURLToPath(import.meta.resolve("./data_phase.ts"));
  const args = ["run", "-A", "-q", script, name, folder, ...part];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" })
    .output();
  if (!success) throw new Error(`the phase ${name} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Preparing by several processes at a time, and what the slowest and the largest of them take. */
async function measureParts(folder: string, count: number): Promise<Result> {
  const numbers = Array.from({ length: PARTS }, (_, i) => i + 1);
  const parts = await Promise.all(
    numbers.map((number) => measure("part", folder, `${number}/${PARTS}`)),
  );
  return {
    name: `preparing by ${PARTS}`,
    count,
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
    peakBytes: Math.max(...parts.map(({ peakBytes }) => peakBytes)),
  };
}

/** @throws Error where two folders do not hold the same files, byte for byte */
async function requireSame(one: string, other: string): Promise<void> {
  for (const { name } of Deno.readDirSync(one)) {
    const [a, b] = await Promise.all(
      [one, other].map((folder) => digestFiles([join(folder, name)])),
    );
    if (a !== b) throw new Error(`${name} differs in ${one} and ${other}`);
  }
}

const { values } = parseArgs({ options: { pictures: { type: "string", default: "100000" } } });
const count = Number(values.pictures);
const folder = await Deno.makeTempDir();
const results: Result[] = [];
try {
  await writeDataset(folder, count);
  for (const phase of phases) results.push(await measure(phase, folder));
  results.push(await measureParts(folder, count), await measure("merging", folder));
  await requireSame(join(folder, "prepared"), join(folder, "merged"));
} finally {
  await Deno.remove(folder, { recursive: true });
}
const plainPictureBytes = count * size.width * size.height * 3;
const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
console.log(markdownTable([
  ["phase", "count", "seconds", "a second", "peak MiB"],
  ...results.map(({ name, count, seconds, peakBytes }) => [
    name,
    String(count),
    seconds.toFixed(2),
    (count / seconds).toFixed(0),
    mebibytes(peakBytes),
  ]),
]));
console.log(`\nall pictures decoded: ${mebibytes(plainPictureBytes)} MiB`);
await writeResults("data", { pictures: count, phases: results, plainPictureBytes });
