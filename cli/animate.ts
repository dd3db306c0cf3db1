import { checkAnimation, writeAnimation } from "../data/pictures/animation.ts";
import { type Arguments, type Command, required, wholeNumber } from "./arguments.ts";
import { openStudio } from "../repose/files/open_studio.ts";
import { poseFile, readSubject, readTargetPoses } from "../repose/files/read_poses.ts";
import type { Studio } from "../repose/studio.ts";
import { paintSubject } from "../repose/subject.ts";
import { fitPoses, steadyPoses, type TargetPose, USUAL_FPS } from "../repose/target_poses.ts";
import {
  checkpointOf,
  paintingNotes,
  paintingOptions,
  type PaintingOrder,
  readPaintingOrder,
} from "./painting.ts";

export const animate: Command = {
  usage: "animate --source IMAGE --poses POSES --out FILE.gif",
  purpose: "Paints the person of a picture in one pose after another.\n" +
    "POSES is a folder of pictures or of pose files, in the order of their names; a pose track, JSON such as\n" +
    '{"fps": 25, "frames": [POSE, ...]} of what pose files hold; or a clip, for which ffmpeg is needed.',
  options: {
    ...paintingOptions,
    poses: { placeholder: "POSES", help: "where the person's joints are to be, over time" },
    out: { placeholder: "FILE", help: "ends in .gif, .webp or .mp4 (for which ffmpeg is needed)" },
    fps: {
      placeholder: "N",
      help: `poses a second (the track's, or ${USUAL_FPS}); GIF has 50 at most`,
    },
    smooth: {
      placeholder: "N",
      help: "frames over which movements are smoothed (1); 0: not at all",
    },
  },
  async files(args) {
    const { source, sourcePose, poses, out } = readOrder(args);
    return {
      reads: [
        source,
        sourcePose && poseFile(sourcePose),
        poseFile(poses),
        await checkpointOf(args),
      ],
      writes: [out],
    };
  },
  async run(args) {
    const order = readOrder(args);
    using studio = await openStudio(await checkpointOf(args));
    await animateOrder(order, studio);
  },
};

/** What is to be painted. */
export interface AnimateOrder extends PaintingOrder {
  readonly poses: string;
  readonly out: string;
  /** Poses a second; 0 where the track says, or nobody does. */
  readonly fps: number;
  /** Standard deviation of the window in frames. */
  readonly smooth: number;
}

function readOrder(args: Arguments): AnimateOrder {
  const out = required(args, animate, "out");
  const fps = wholeNumber(args, "fps", { least: 1, most: 240, fallback: 0 });
  checkAnimation(out, fps || undefined);
  return {
    out,
    ...readPaintingOrder(args, animate),
    poses: required(args, animate, "poses"),
    fps,
    smooth: wholeNumber(args, "smooth", { least: 0, most: 100, fallback: 1 }),
  };
}

/** Paints and writes what was ordered; all poses are fitted to the model's frame together. */
export async function animateOrder(
  order: AnimateOrder,
  { painter, findPeople }: Studio,
): Promise<void> {
  const { size, skeleton } = painter.configuration;
  const { source, sourcePose } = order;
  const subject = await readSubject(source, sourcePose, size, findPeople, order.person, skeleton);
  const track = await readTargetPoses(order.poses, findPeople, {
    size: order.poseSize,
    fps: order.fps || USUAL_FPS,
    skeleton,
  });
  const fps = order.fps || track.fps || USUAL_FPS;
  checkAnimation(order.out, fps);
  requireOneSize(order.poses, track.poses);
  for (const note of paintingNotes(order, subject, track.poses)) console.log(note);
  const steady = steadyPoses(order.poses, track.poses, order.smooth, skeleton);
  console.log(`${steady.length} poses from ${order.poses}`);

  const person = order.proportions === "source" ? subject.sample.joints : null;
  const fitted = fitPoses(steady, size, person, subject.original, steady, skeleton);
  const pictures = paintSubject(painter, subject, fitted, order);
  await writeAnimation(order.out, pictures, fps);
  console.log(order.out);
}

function requireOneSize(name: string, poses: readonly TargetPose[]): void {
  const sizes = new Set(poses.map(({ size }) => size ? `${size.width}x${size.height}` : "none"));
  if (sizes.size > 1) {
    throw new Error(`${name} has pictures of different sizes (${[...sizes].join(", ")}): make one`);
  }
}
