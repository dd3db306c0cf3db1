import { writePicture } from "../data/pictures/image_file.ts";
import { type Shard, shardRange } from "../data/shard.ts";
import { Random } from "../engine/random.ts";
import { type Arguments, type Command, required, shardOf, wholeNumber } from "./arguments.ts";
import { checkFiles } from "./files.ts";
import { openStudio } from "../repose/files/open_studio.ts";
import type { Joints } from "../pose/types.ts";
import { poseFile, readSubject, readTargetPoses } from "../repose/files/read_poses.ts";
import { PAINTED_TOGETHER } from "../repose/painter.ts";
import type { Studio } from "../repose/studio.ts";
import { paintSubject } from "../repose/subject.ts";
import { fitPoses, requireAnchors } from "../repose/target_poses.ts";
import {
  checkpointOf,
  paintingNotes,
  paintingOptions,
  type PaintingOrder,
  readPaintingOrder,
} from "./painting.ts";

export const generate: Command = {
  usage: "generate --source IMAGE --pose POSE --out FILE.png",
  purpose: "Paints the person of a picture in another pose.\n" +
    "POSE is a picture of somebody in that pose, a pose file (the JSON of OpenPose, COCO or MediaPipe,\n" +
    "or FILE.csv#NAME), or for many poses a folder of either or a pose track.",
  options: {
    ...paintingOptions,
    pose: { placeholder: "POSE", help: "where the person's joints are to be" },
    out: { placeholder: "FILE.png", help: "the picture to write, or FILE-0001.png, ... of many" },
    shard: { placeholder: "K/N", help: "of many, paint only part K of N, counted from 1" },
    samples: { placeholder: "N", help: "write FILE-1.png to FILE-N.png, varied by dropout" },
    seed: { placeholder: "N", help: "seed of the dropout (0)" },
  },
  async files(args) {
    const order = readOrder(args);
    const writes = numbers(order.samples).map((i) => outputPath(order, false, i));
    return { reads: [...filesRead(order), await checkpointOf(args)], writes };
  },
  async run(args) {
    const order = readOrder(args);
    using studio = await openStudio(await checkpointOf(args));
    await paintOrder(order, studio);
  },
};

/** What is to be painted. */
export interface GenerateOrder extends PaintingOrder {
  readonly pose: string;
  readonly out: string;
  readonly samples: number;
  readonly seed: number;
  /** Which of many pictures are painted. */
  readonly shard: Shard;
}

function readOrder(args: Arguments): GenerateOrder {
  const out = required(args, generate, "out");
  if (!/\.png$/i.test(out)) throw new Error(`--out ${out} must end in .png`);
  return {
    out,
    ...readPaintingOrder(args, generate),
    pose: required(args, generate, "pose"),
    samples: wholeNumber(args, "samples", { least: 1, most: 1000, fallback: 1 }),
    seed: wholeNumber(args, "seed", { least: 0, most: 2 ** 32 - 1, fallback: 0 }),
    shard: shardOf(args),
  };
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
  const paint = async (poses: readonly Joints[], from: number) => {
    let number = from;
    for await (const picture of paintSubject(painter, subject, poses, { ...order, noise })) {
      const path = outputPath(order, isSeries, ++number);
      await writePicture(path, picture);
      console.log(path);
    }
  };
  if (isSeries) {
    const { first, end } = batchRange(fitted.length, order.shard);
    return await paint(fitted.slice(first, end), first);
  }
  const { first, end } = shardRange(order.samples, order.shard);
  for (let i = first; i < end; i++) {
    noise?.beginStep(i);
    await paint(fitted, i);
  }
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
