import { writePicture } from "../data/pictures/image_file.ts";
import { digestFiles } from "../data/sets/digest.ts";
import { type Shard, shardRange } from "../data/shard.ts";
import { Random } from "../engine/random.ts";
import { type Arguments, type Command, required, shardOf, wholeNumber } from "./arguments.ts";
import { checkFiles } from "./files.ts";
import { openStudio } from "../repose/files/open_studio.ts";
import type { Picture } from "../data/types.ts";
import type { Joints } from "../pose/types.ts";
import { poseFile, readSubject, readTargetPoses } from "../repose/files/read_poses.ts";
import { PAINTED_TOGETHER } from "../repose/painter.ts";
import type { Studio } from "../repose/studio.ts";
import { mergePainted, PaintedPart } from "../repose/files/painted_parts.ts";
import { paintSubject, type Subject } from "../repose/subject.ts";
import { fitPoses, requireAnchors } from "../repose/target_poses.ts";
import {
  checkpointOf,
  paintingNotes,
  paintingOptions,
  type PaintingOrder,
  readPaintingOrder,
} from "./painting.ts";

export const generate: Command = {
  usage: "generate --source IMAGE --pose POSE --out FILE.png, or " +
    "./run generate --merge --out FILE.png",
  purpose: "Paints the person of a picture in another pose.\n" +
    "POSE is a picture of somebody in that pose, a pose file (the JSON of OpenPose, COCO or MediaPipe,\n" +
    "or FILE.csv#NAME), or for many poses a folder of either or a pose track.\n" +
    "With --shard K/N it paints a part of many, on as many machines as you like; --merge sees that all are there.",
  options: {
    ...paintingOptions,
    pose: { placeholder: "POSE", help: "where the person's joints are to be" },
    out: { placeholder: "FILE.png", help: "the picture to write, or FILE-0001.png, ... of many" },
    shard: { placeholder: "K/N", help: "of many, paint only part K of N, counted from 1" },
    merge: { help: "no painting: whether all parts are done and all pictures there" },
    samples: { placeholder: "N", help: "write FILE-1.png to FILE-N.png, varied by dropout" },
    seed: { placeholder: "N", help: "seed of the dropout (0)" },
  },
  async files(args) {
    if (args.switches.has("merge")) return {};
    const order = await readOrder(args);
    const writes = numbers(order.samples).map((i) => outputPath(order, false, i));
    return { reads: [...filesRead(order), order.checkpoint], writes };
  },
  async run(args) {
    if (args.switches.has("merge")) return await merge(pngPath(args));
    const order = await readOrder(args);
    using studio = await openStudio(order.checkpoint);
    await paintOrder(order, studio);
  },
};

/** What is to be painted. */
export interface GenerateOrder extends PaintingOrder {
  /** The generator's file. */
  readonly checkpoint: string;
  readonly pose: string;
  readonly out: string;
  readonly samples: number;
  readonly seed: number;
  /** Which of many pictures are painted. */
  readonly shard: Shard;
}

async function readOrder(args: Arguments): Promise<GenerateOrder> {
  return {
    out: pngPath(args),
    ...readPaintingOrder(args, generate),
    checkpoint: await checkpointOf(args),
    pose: required(args, generate, "pose"),
    samples: wholeNumber(args, "samples", { least: 1, most: 1000, fallback: 1 }),
    seed: wholeNumber(args, "seed", { least: 0, most: 2 ** 32 - 1, fallback: 0 }),
    shard: shardOf(args),
  };
}

function pngPath(args: Arguments): string {
  const out = required(args, generate, "out");
  if (!/\.png$/i.test(out)) throw new Error(`--out ${out} must end in .png`);
  return out;
}

/** Paints and writes what was ordered; each pose is fitted to the model's frame by itself. */
export async function paintOrder(
  order: GenerateOrder,
  { painter, findPeople }: Studio,
): Promise<void> {
  const { device, configuration: { size, skeleton } } = painter;
  const { poses, isSeries, isMovement } = await readTargetPoses(order.pose, findPeople, {
    size: order.poseSize,
    skeleton,
  });
  if (isSeries && order.samples > 1) {
    throw new Error(`--samples goes with one pose, but ${order.pose} names ${poses.length}`);
  }
  if (isSeries) {
    const writes = numbers(poses.length).map((i) => outputPath(order, true, i));
    await checkFiles({ reads: filesRead(order), writes });
  }
  for (const { name, joints } of poses) requireAnchors(name, joints, skeleton);
  const { source, sourcePose } = order;
  const subject = await readSubject(source, sourcePose, size, findPeople, order.person, skeleton);
  for (const note of paintingNotes(order, subject, poses)) console.log(note);

  const noise = order.samples > 1 ? new Random(device, order.seed) : null;
  const person = order.proportions === "source" ? subject.sample.joints : null;
  const fitted = poses.flatMap((pose) =>
    fitPoses([pose], size, person, subject.original, isMovement ? poses : [pose], skeleton)
  );
  const { out, samples, shard } = order;
  const { first, end } = isSeries ? batchRange(fitted.length, shard) : shardRange(samples, shard);
  const paths = numbers(end).slice(first).map((number) => outputPath(order, isSeries, number));
  const paint = async function* (): AsyncGenerator<Picture, void> {
    if (isSeries) {
      return yield* paintSubject(painter, subject, fitted.slice(first, end), order);
    }
    for (let i = first; i < end; i++) {
      noise?.beginStep(i);
      yield* paintSubject(painter, subject, fitted, { ...order, noise });
    }
  };
  if (shard.count === 1) return await writePictures(paths, paint());
  const part = new PaintedPart(out, shard, await wholeOrder(order, subject, fitted));
  if (!await part.isDone()) {
    await writePictures(paths, paint());
    await part.finish(paths);
  }
  console.log(
    `part ${shard.number} of ${shard.count} is done; after all parts: ./run generate --merge --out ${out}`,
  );
}

async function writePictures(paths: readonly string[], pictures: AsyncIterable<Picture>) {
  let written = 0;
  for await (const picture of pictures) {
    const path = paths[written++];
    await writePicture(path, picture);
    console.log(path);
  }
}

/** All that the pictures of an order depend on, but the machine. */
async function wholeOrder(order: GenerateOrder, { sample }: Subject, poses: readonly Joints[]) {
  const { checkpoint, source, face, background, paste, samples, seed } = order;
  const files = await digestFiles([checkpoint, source]);
  return { files, person: sample.joints, poses, face, background, paste, samples, seed };
}

async function merge(out: string): Promise<void> {
  const pictures = await mergePainted(out);
  console.log(
    `all parts are done: ${pictures.length} pictures, ${pictures[0]} to ${pictures.at(-1)}`,
  );
}

/** The pictures of a shard, in whole batches: each is painted beside the same others, to the same bits. */
function batchRange(pictures: number, shard: Shard): { first: number; end: number } {
  const { first, end } = shardRange(Math.ceil(pictures / PAINTED_TOGETHER), shard);
  return { first: first * PAINTED_TOGETHER, end: Math.min(pictures, end * PAINTED_TOGETHER) };
}

function filesRead({ source, sourcePose, pose }: GenerateOrder): string[] {
  return [source, ...[sourcePose ?? [], pose].flat().map(poseFile)];
}

/** 1 to `count`. */
function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function outputPath({ out, samples }: GenerateOrder, isSeries: boolean, number: number): string {
  if (!isSeries && samples === 1) return out;
  const digits = isSeries ? String(number).padStart(4, "0") : number;
  return out.replace(/\.png$/i, `-${digits}$&`);
}
