/**
 * The person detector: its scores on real, drawn and meaningless pictures, how near it comes to the same weights in
 * TensorFlow.js, and how long both take. Prints tables and writes a file to results/.
 *
 * deno run -A bench/detector.ts FOLDER...     each with pictures in bounding_box_test
 */
import { centerNetPath } from "../networks/files/published.ts";
import { readGraphFiles } from "../networks/files/read_weights.ts";
import { figures } from "../data/figures/figures.ts";
import { KeyedRandom } from "../data/keyed_random.ts";
import { readPicture } from "../data/pictures/image_file.ts";
import type { Picture } from "../data/types.ts";
import { Device } from "../engine/device.ts";
import type { Detection } from "../networks/centernet/decode.ts";
import { PersonDetector } from "../networks/centernet/detector.ts";
import { parseGraphWeights } from "../networks/formats/graph_weights.ts";
import type { Size } from "../pose/types.ts";
import { rounded } from "./joints.ts";
import { TfjsCenterNet } from "./peers/tfjs_centernet.ts";
import { recordTable, writeResults } from "./results.ts";
import { median } from "./statistics.ts";
import { timed, timesTable } from "./timed.ts";

/** One picture in so many is compared with TensorFlow.js. */
const COMPARED = 8;
const DRAWN = 24;
const NOISES = 8;
const sizes: readonly Size[] = [{ height: 256, width: 256 }, { height: 128, width: 64 }];

interface PictureSet {
  readonly name: string;
  readonly pictures: readonly Picture[];
}

async function readFolder(folder: string): Promise<PictureSet> {
  const files = `${folder}/bounding_box_test`;
  const names = [...Deno.readDirSync(files)].map(({ name }) => name).sort();
  const pictures = await Promise.all(names.map((name) => readPicture(`${files}/${name}`)));
  return { name: folder.split("/").slice(-2).join("/"), pictures };
}

async function drawFigures(size: Size): Promise<PictureSet> {
  const dataset = figures({ size, seed: 0 });
  const pairs = await Promise.all(numbers(DRAWN).map((i) => dataset.pair("test", i)));
  return {
    name: `figures ${size.height}x${size.width}`,
    pictures: pairs.map(({ target }) => target.picture),
  };
}

function drawNoise(size: Size): PictureSet {
  const random = new KeyedRandom(0, 0, 0);
  const byte = () => Math.floor(random.between(0, 256));
  const pictures = numbers(NOISES).map(() => ({
    ...size,
    pixels: Uint8Array.from({ length: size.height * size.width * 3 }, byte),
  }));
  return { name: `noise ${size.height}x${size.width}`, pictures };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** How far apart two networks' scores are, and the sides of the boxes, in pixels of the picture. */
function difference(ours: Detection, theirs: Detection) {
  const sides = (["left", "top", "right", "bottom"] as const).map((side) =>
    Math.abs(ours[side] - theirs[side])
  );
  return { score: Math.abs(ours.score - theirs.score), side: Math.max(...sides) };
}

const sets = [
  ...await Promise.all(Deno.args.map(readFolder)),
  ...await Promise.all(sizes.map(drawFigures)),
  ...sizes.map(drawNoise),
];
const files = await readGraphFiles(await centerNetPath());
const device = await Device.open();
const [{ pictures: [firstPicture] }] = sets;
const opened = await timed(async () => {
  const detector = PersonDetector.from(device, parseGraphWeights(files));
  await detector.detect(firstPicture);
  return detector;
});
const detector = opened.result;
const peer = await timed(async () => {
  const centernet = await TfjsCenterNet.open(files);
  await centernet.detect(firstPicture);
  return centernet;
});
const tfjs = peer.result;

const ms = { ours: [] as number[], tfjs: [] as number[] };
const differences: ReturnType<typeof difference>[] = [];
const scores = sets.map(() => [] as number[]);
let unlisted = 0;
for (const [s, { pictures }] of sets.entries()) {
  for (const [i, picture] of pictures.entries()) {
    const own = await timed(() => detector.detect(picture));
    scores[s].push(own.result.score);
    if (i % COMPARED !== 0) continue;
    const other = await timed(() => tfjs.detect(picture));
    ms.ours.push(own.ms);
    ms.tfjs.push(other.ms);
    if (other.result) differences.push(difference(own.result, other.result));
    else unlisted++;
  }
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
const detectionScores = sets.map(({ name }, s) => ({
  set: name,
  pictures: scores[s].length,
  mean: rounded(mean(scores[s])),
  least: rounded(Math.min(...scores[s])),
  most: rounded(Math.max(...scores[s])),
}));
const deviation = {
  pictures: differences.length,
  unlisted,
  mostScore: rounded(Math.max(...differences.map(({ score }) => score))),
  mostPixels: rounded(Math.max(...differences.map(({ side }) => side))),
};
const times = {
  first: { ours: rounded(opened.ms), tfjs: rounded(peer.ms) },
  median: { ours: rounded(median(ms.ours)), tfjs: rounded(median(ms.tfjs)) },
};

console.log("Scores:\n" + recordTable(detectionScores));
console.log("\nAgainst TensorFlow.js:\n" + recordTable([deviation]));
console.log("\nMilliseconds a picture:\n" + timesTable(times));
await writeResults(`detector-${device.name}`, {
  device: device.name,
  detectionScores,
  deviation,
  times,
});
Deno.exit(); // TensorFlow.js keeps its device
