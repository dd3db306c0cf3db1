/** Everything that reads a file which somebody gives it, with a whole file to begin with. */
import { join } from "node:path";
import { readPicture } from "../../data/pictures/image_file.ts";
import { encodePng } from "../../data/pictures/png.ts";
import { encodeWebp } from "../../data/pictures/webp.ts";
import { openHome } from "../../data/sets/home.ts";
import { openPoses } from "../../data/sets/pose_source.ts";
import { readPairs } from "../../data/sets/pairs.ts";
import { PoseTable, readPoseTable } from "../../data/sets/pose_table.ts";
import { checkpointGenerator } from "../../model/checkpoint.ts";
import { parseGraphWeights } from "../../networks/formats/graph_weights.ts";
import { readWeights } from "../../networks/files/read_weights.ts";
import { annotationHeader, formatAnnotation } from "../../pose/formats/annotation.ts";
import { formatCocoList } from "../../pose/formats/coco_write.ts";
import { human } from "../../pose/skeleton.ts";
import { readCheckpoint } from "../../repose/files/open_studio.ts";
import { readPose, readTargetPoses } from "../../repose/files/read_poses.ts";
import { readLog } from "../../train/log.ts";
import { readSkeleton, settingsFromFile } from "../../train/options.ts";
import { colourJpeg, patternPicture } from "../data/fixtures.ts";
import { toyModel } from "../networks/movenet/toy_model.ts";
import { standing } from "../data/sets/album.ts";

export interface Reader {
  readonly what: string;
  /** Of the file that is read. */
  readonly name: string;
  readonly whole: Uint8Array;
  read(path: string): Promise<unknown>;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const here = (path: string) => Deno.readFileSync(new URL(path, import.meta.url));
const list = [
  annotationHeader,
  ...["a/1.png", "a/2.png"].map((name) => formatAnnotation({ name, joints: standing }, human)),
].join("\n");
const openPose = {
  people: [{ pose_keypoints_2d: standing.flatMap((point) => [point!.x, point!.y, 0.9]) }],
};
const size = { width: 64, height: 64 };
const coco = formatCocoList([{ name: "a.png", size, joints: standing }]);
const row = { step: 1, discriminator: 1, adversarial: 1, reconstruction: 1, seconds: 1 };
const nobody = () => Promise.resolve([]);
const picture = patternPicture(17, 9);
const toy = toyModel(0.8);

export const readers: readonly Reader[] = [
  { what: "PNG", name: "a.png", whole: encodePng(picture), read: readPicture },
  { what: "JPEG", name: "a.jpg", whole: colourJpeg, read: readPicture },
  { what: "WebP", name: "a.webp", whole: await encodeWebp(picture), read: readPicture },
  {
    what: "checkpoint",
    name: "a.safetensors",
    whole: here("../models/demo.safetensors"),
    read: async (path) => checkpointGenerator(await readCheckpoint(path)),
  },
  {
    what: "PyTorch's zip",
    name: "a.pth",
    whole: here("../reference/pytorch-zip.pth"),
    read: readWeights,
  },
  {
    what: "PyTorch's pickles",
    name: "a.pth",
    whole: here("../reference/pytorch-pickles.pth"),
    read: readWeights,
  },
  {
    what: "a TensorFlow.js graph",
    name: "a.json",
    whole: bytesOf(toy.model),
    read: async (path) =>
      parseGraphWeights({ model: await Deno.readTextFile(path), weights: toy.weights }),
  },
  {
    what: "OpenPose's JSON",
    name: "a.json",
    whole: bytesOf(JSON.stringify(openPose)),
    read: (path) => readPose(path, size),
  },
  {
    what: "COCO's JSON",
    name: "a.json",
    whole: bytesOf(coco),
    read: (path) => readPose(path, size),
  },
  {
    what: "COCO's JSON, for data",
    name: "a.json",
    whole: bytesOf(coco),
    read: (path) => openPoses(path, human),
  },
  {
    what: "a pose track",
    name: "a.json",
    whole: bytesOf(JSON.stringify({ fps: 25, frames: [openPose, null] })),
    read: (path) => readTargetPoses(path, nobody, { size }),
  },
  {
    what: "a list of poses",
    name: "a.csv",
    whole: bytesOf(list),
    read: (path) => readPoseTable(path, human),
  },
  {
    what: "a list of pairs",
    name: "a.csv",
    whole: bytesOf("from,to\na/1.png,a/2.png\na/2.png,a/1.png\n"),
    read: async (path) => {
      const table = new PoseTable("list.csv", human);
      for (const name of ["a/1.png", "a/2.png"]) table.add({ name, joints: standing });
      await readPairs(path, table, () => true);
    },
  },
  {
    what: "a data set's note",
    name: "dataset.json",
    whole: bytesOf(JSON.stringify({ layout: "folder", pictures: "." })),
    read: (path) => openHome(join(path, "..")),
  },
  {
    what: "a skeleton",
    name: "a.json",
    whole: here("../../examples/lamp/skeleton.json"),
    read: readSkeleton,
  },
  {
    what: "settings",
    name: "a.json",
    whole: bytesOf(JSON.stringify({ preset: "market", width: 16, rate: 4e-4, vgg: "none" })),
    read: settingsFromFile,
  },
  {
    what: "a run's log",
    name: "log.jsonl",
    whole: bytesOf(`${JSON.stringify(row)}\n${JSON.stringify({ ...row, step: 2 })}\n`),
    read: readLog,
  },
];
