/** Somebody in a picture, and how they are painted: their part of the picture in, the painted part back. */
import type { Picture, Sample } from "../data/types.ts";
import type { Random } from "../engine/random.ts";
import type { Joints, Size } from "../pose/types.ts";
import { PAINTED_TOGETHER, type Painter } from "./painter.ts";
import { pasteBack } from "./paste.ts";
import {
  isSameSize,
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

/**
 * Paints the subject in each pose of the model's frame, one after the other.
 *
 * @param paste put each back into the subject's picture
 * @param noise draws dropout
 */
export async function* paintSubject(
  painter: Painter,
  { original, view, sample: source }: Subject,
  poses: readonly Joints[],
  paste = false,
  noise: Random | null = null,
): AsyncGenerator<Picture> {
  for (let i = 0; i < poses.length; i += PAINTED_TOGETHER) {
    const together = poses.slice(i, i + PAINTED_TOGETHER);
    const transfers = together.map((joints) => ({ source, target: { joints } }));
    const pictures = await painter.paint(transfers, PAINTED_TOGETHER, noise);
    for (const [j, painted] of pictures.entries()) {
      const people = [source.joints, together[j]];
      const { skeleton } = painter.configuration;
      yield paste ? pasteBack(original, painted, view, people, skeleton) : painted;
    }
  }
}
