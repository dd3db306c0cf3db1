/** Somebody in a picture, and how they are painted: their part of the picture in, the painted part back. */
import type { Picture, Sample } from "../data/types.ts";
import type { Random } from "../engine/random.ts";
import { isHuman, type Skeleton } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";
import { PhotoBackground } from "./background.ts";
import { keepFace } from "./face.ts";
import { PAINTED_TOGETHER, type Painter } from "./painter.ts";
import { pasteBack } from "./paste.ts";
import {
  isSameSize,
  jointsInPicture,
  jointsInView,
  keepInside,
  personView,
  pictureInView,
  type View,
  wholeView,
} from "./view.ts";

/** The person who is painted. */
export interface Subject {
  /** All of the picture. */
  readonly original: Picture;
  /** How many people were found in it; 1 where nobody looked. */
  readonly people: number;
  /** What the model sees of it. */
  readonly view: View;
  /** In the model's frame. */
  readonly sample: Sample;
}

/**
 * The person with `joints` in a picture, one of `people` there, fitted to the model's frame; a picture of its size stays
 * as it is.
 */
export function subjectIn(
  name: string,
  original: Picture,
  joints: Joints,
  frame: Size,
  people = 1,
): Subject {
  const view = isSameSize(original, frame)
    ? wholeView(frame)
    : keepInside(personView([joints], frame), original);
  const picture = pictureInView(original, view);
  return { original, people, view, sample: { name, picture, joints: jointsInView(joints, view) } };
}

/** What happened to a picture that has not the model's size, for people; null where nothing did. */
export function fittingNote({ original, view: { box, frame }, sample }: Subject): string | null {
  if (isSameSize(original, frame)) return null;
  const [from, to, shown] = [original, frame, box].map(({ width, height }) => `${height}x${width}`);
  return `${sample.name} was fitted from ${from} to ${to} (height x width): ${shown} round the person`;
}

/** How subjects are painted. */
export interface PaintOptions {
  /** Put each picture back into the subject's. */
  readonly paste?: boolean;
  /** Whose face a person has: the one in the photo where it fits, the default, or what the model paints. */
  readonly face?: "photo" | "painted";
  /** What is behind the person: the photo's own background, the default, or what the model paints. */
  readonly background?: "photo" | "painted";
  /** Draws dropout. */
  readonly noise?: Random | null;
}

/** Paints the subject in each pose of the model's frame, one after the other. */
export async function* paintSubject(
  painter: Painter,
  subject: Subject,
  poses: readonly Joints[],
  options: PaintOptions = {},
): AsyncGenerator<Picture> {
  const { skeleton } = painter.configuration;
  const photo = new PhotoBackground(subject.sample, skeleton);
  for (let i = 0; i < poses.length; i += PAINTED_TOGETHER) {
    const together = poses.slice(i, i + PAINTED_TOGETHER);
    const transfers = together.map((joints) => ({ source: subject.sample, target: { joints } }));
    const pictures = await painter.paint(transfers, PAINTED_TOGETHER, options.noise);
    for (const [j, painted] of pictures.entries()) {
      const pose = together[j];
      const framed = options.background === "painted" ? painted : photo.behind(painted, pose);
      yield finish(framed, pose, subject, skeleton, options);
    }
  }
}

/** Face and place in the photo of a painted picture, in the end's own pixels: a large photo has more than the frame. */
function finish(
  painted: Picture,
  pose: Joints,
  { original, view, sample }: Subject,
  skeleton: Skeleton,
  { paste, face }: PaintOptions,
): Picture {
  const keepsFace = face !== "painted" && isHuman(skeleton);
  if (!paste) return keepsFace ? keepFace(painted, pose, sample) : painted;
  const pasted = pasteBack(original, painted, view, [sample.joints, pose], skeleton);
  if (!keepsFace) return pasted;
  const joints = jointsInPicture(sample.joints, view);
  return keepFace(pasted, jointsInPicture(pose, view), { ...sample, picture: original, joints });
}
