/**
 * The pose estimator: how near it comes to annotations, and to the same weights in TensorFlow.js, and how long both
 * take. Prints tables and writes a file to results/.
 *
 * deno run -A bench/pose.ts FOLDER...     each with annotation-test.csv and the pictures in bounding_box_test
 */
import { readPicture } from "../data/pictures/image_file.ts";
import { moveNetPath } from "../networks/files/published.ts";
import { readGraphFiles } from "../networks/files/read_weights.ts";
import type { Picture } from "../data/types.ts";
import { readPoseTable } from "../data/sets/pose_table.ts";
import { Device } from "../engine/device.ts";
import { cropAndResize, type Square } from "../kernels/crop_and_resize.ts";
import type { FoundJoint } from "../networks/movenet/decode.ts";
import { poseByTwoLooks, PoseEstimator, SEEN } from "../networks/movenet/estimator.ts";
import { parseGraphWeights } from "../networks/formats/graph_weights.ts";
import { wholeSquare } from "../networks/viewer.ts";
import { human } from "../pose/skeleton.ts";
import type { Joints } from "../pose/types.ts";
import { agreement, deviation, rounded } from "./joints.ts";
import { TfjsMoveNet } from "./peers/tfjs_movenet.ts";
import { recordTable, writeResults } from "./results.ts";
import { median } from "./statistics.ts";
import { timed, timesTable } from "./timed.ts";

/** One picture in so many is compared with TensorFlow.js. */
const COMPARED = 2;

/** A picture with its annotation. */
interface Annotated {
  readonly picture: Picture;
  readonly joints: Joints;
}

async function readFolder(folder: string): Promise<Annotated[]> {
  const table = await readPoseTable(`${folder}/annotation-test.csv`, human);
  return await Promise.all(table.names.map(async (name, i) => ({
    picture: await readPicture(`${folder}/bounding_box_test/${name}`),
    joints: table.joints(i),
  })));
}

/** The joints that count as seen, in pixels of a frame. */
function seenInFrame(found: readonly FoundJoint[]): Joints {
  return found.map(({ x, y, score }) => score >= SEEN ? { x: x * side, y: y * side } : null);
}

/** A square of a picture as the estimator sees it, in TensorFlow.js's layout and range. */
async function frameOf(picture: Picture, square: Square): Promise<Float32Array> {
  const words = new Uint32Array(Math.ceil(picture.pixels.length / 4));
  new Uint8Array(words.buffer).set(picture.pixels);
  const frame = device.scope(() => {
    const frame = device.empty([1, 3, side, side]);
    cropAndResize(device.tensor([words.length], words), picture, square, frame);
    return frame;
  });
  const values = await frame.read();
  const area = side * side;
  return values.map((_, i) => 127.5 * (values[i % 3 * area + Math.floor(i / 3)] + 1));
}

const folders = await Promise.all(Deno.args.map(async (folder) => ({
  name: folder.split("/").at(-1)!,
  annotated: await readFolder(folder),
})));
const all = folders.flatMap(({ annotated }) => annotated);
if (all.length === 0) throw new Error("say which folders: deno run -A bench/pose.ts FOLDER...");
const files = await readGraphFiles(await moveNetPath());
const device = await Device.open();

const opened = await timed(async () => {
  const estimator = PoseEstimator.from(device, parseGraphWeights(files));
  await estimator.estimate(all[0].picture);
  return estimator;
});
const estimator = opened.result;
const { side } = estimator;
const poseByTfjs = (movenet: TfjsMoveNet, picture: Picture) =>
  poseByTwoLooks((square) => movenet.lookAtSquare(picture, square), picture);
const peer = await timed(async () => {
  const movenet = await TfjsMoveNet.open(files, side);
  await poseByTfjs(movenet, all[0].picture);
  return movenet;
});
const movenet = peer.result;

interface Both {
  readonly ours: Joints;
  readonly tfjs: Joints;
}
const looks: Both[] = [], sameFrames: Both[] = [], ownFrames: Both[] = [];
const ms = { ours: [] as number[], tfjs: [] as number[] };
const poses: Joints[] = [];
for (const [i, { picture }] of all.entries()) {
  const own = await timed(() => estimator.estimate(picture));
  const ours = own.result.joints;
  poses.push(ours);
  if (i % COMPARED !== 0) continue;
  const other = await timed(() => poseByTfjs(movenet, picture));
  ms.ours.push(own.ms);
  ms.tfjs.push(other.ms);
  ownFrames.push({ ours, tfjs: other.result.joints });

  const seen: FoundJoint[][] = [];
  const { joints } = await poseByTwoLooks(async (square) => {
    seen.push(await movenet.lookAtFrame(await frameOf(picture, square)));
    return seen.at(-1)!;
  }, picture);
  sameFrames.push({ ours, tfjs: joints });
  const first = await estimator.look(picture, wholeSquare(picture));
  looks.push({ ours: seenInFrame(first), tfjs: seenInFrame(seen[0]) });
}

const agreements = folders.map(({ name, annotated }) => {
  const found = poses.splice(0, annotated.length);
  return { folder: name, ...agreement(found, annotated.map(({ joints }) => joints)) };
});
const deviations = Object.entries({
  "one look at the same frame": looks,
  "two looks at the same frames": sameFrames,
  "two looks, each with its own resampling": ownFrames,
}).map(([what, pairs]) => ({
  what,
  ...deviation(pairs.map(({ ours }) => ours), pairs.map(({ tfjs }) => tfjs)),
}));
const times = {
  first: { ours: rounded(opened.ms), tfjs: rounded(peer.ms) },
  median: { ours: rounded(median(ms.ours)), tfjs: rounded(median(ms.tfjs)) },
};

console.log("Against the annotations:\n" + recordTable(agreements));
console.log("\nAgainst TensorFlow.js, joints that both see:\n" + recordTable(deviations));
console.log("\nMilliseconds a picture:\n" + timesTable(times));
await writeResults(`pose-${device.name}`, { device: device.name, agreements, deviations, times });
Deno.exit(); // TensorFlow.js keeps its device
