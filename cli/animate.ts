import { checkAnimationPath, writeAnimation } from "../data/pictures/animation.ts";
import type { Size } from "../pose/types.ts";
import {
  type Arguments,
  type Command,
  oneOf,
  pictureSize,
  required,
  wholeNumber,
} from "./arguments.ts";
import { bundledModel, openStudio } from "../repose/files/open_studio.ts";
import { readSubject, readTargetPoses, USUAL_FPS } from "../repose/files/read_poses.ts";
import type { Studio } from "../repose/studio.ts";
import { fittingNote, paintSubject } from "../repose/subject.ts";
import { fitPoses, steadyPoses, type TargetPose } from "../repose/target_poses.ts";

export const animate: Command = {
  usage: "animate --source IMAGE --poses POSES --out FILE.gif",
  purpose: "Paints the person of a picture in one pose after another.\n" +
    "POSES is a folder of pictures or of pose files, in the order of their names; a pose track, JSON such as\n" +
    '{"fps": 25, "frames": [POSE, ...]} of what pose files hold; or a clip, for which ffmpeg is needed.',
  options: {
    checkpoint: {
      placeholder: "FILE",
      help: "what train wrote; without it, the bundled model of people",
    },
    source: { placeholder: "IMAGE", help: "a PNG, JPEG or WebP with the person" },
    "source-pose": { placeholder: "FILE", help: "a pose file; without it the pose is found" },
    poses: { placeholder: "POSES", help: "where the person's joints are to be, over time" },
    "pose-size": { placeholder: "WxH", help: "pixels of the picture that pose files belong to" },
    proportions: {
      placeholder: "WHOSE",
      help: "whose bone lengths: source's or target's (source)",
    },
    paste: { help: "put the person back into the source picture" },
    out: { placeholder: "FILE", help: "ends in .gif, .webp or .mp4 (for which ffmpeg is needed)" },
    fps: { placeholder: "N", help: `poses a second (the track's, or ${USUAL_FPS})` },
    smooth: { placeholder: "N", help: "frames over which movements are smoothed; 0: not (1)" },
  },
  async run(args) {
    const order = readOrder(args);
    using studio = await openStudio(args.texts.checkpoint ?? bundledModel);
    await animateOrder(order, studio);
  },
};

/** What is to be painted. */
export interface AnimateOrder {
  readonly source: string;
  readonly sourcePose?: string;
  readonly poses: string;
  /** Of the picture that pose files belong to, where that is known. */
  readonly poseSize: Size | null;
  readonly proportions: "source" | "target";
  readonly paste: boolean;
  readonly out: string;
  /** Poses a second; 0 where the track says, or nobody does. */
  readonly fps: number;
  /** Standard deviation of the window in frames. */
  readonly smooth: number;
}

function readOrder(args: Arguments): AnimateOrder {
  const out = required(args, animate, "out");
  checkAnimationPath(out);
  return {
    out,
    source: required(args, animate, "source"),
    sourcePose: args.texts["source-pose"],
    poses: required(args, animate, "poses"),
    poseSize: pictureSize(args, "pose-size"),
    proportions: oneOf(args, "proportions", ["source", "target"]),
    paste: args.switches.has("paste"),
    fps: wholeNumber(args, "fps", { least: 1, most: 240, fallback: 0 }),
    smooth: wholeNumber(args, "smooth", { least: 0, most: 100, fallback: 1 }),
  };
}

/** Paints and writes what was ordered; all poses are fitted to the model's frame together. */
export async function animateOrder(
  order: AnimateOrder,
  { painter, findPose }: Studio,
): Promise<void> {
  const { size } = painter.configuration;
  const subject = await readSubject(order.source, order.sourcePose, size, findPose);
  const note = fittingNote(subject);
  if (note) console.log(note);
  const track = await readTargetPoses(order.poses, findPose, {
    size: order.poseSize,
    fps: order.fps || USUAL_FPS,
  });
  requireOneSize(order.poses, track.poses);
  const steady = steadyPoses(order.poses, track.poses, order.smooth);
  console.log(`${steady.length} poses from ${order.poses}`);

  const person = order.proportions === "source" ? subject.sample.joints : null;
  const fitted = fitPoses(steady, size, person, subject.original);
  const pictures = paintSubject(painter, subject, fitted, order.paste);
  await writeAnimation(order.out, pictures, order.fps || track.fps || USUAL_FPS);
  console.log(order.out);
}

function requireOneSize(name: string, poses: readonly TargetPose[]): void {
  const sizes = new Set(poses.map(({ size }) => size ? `${size.width}x${size.height}` : "none"));
  if (sizes.size > 1) {
    throw new Error(`${name} has pictures of different sizes (${[...sizes].join(", ")}): make one`);
  }
}
