/** What generate and animate both ask for. */
import type { Size } from "../pose/types.ts";
import { bundledModel, checkpointFile } from "../repose/files/open_studio.ts";
import { crowdNote } from "../repose/people.ts";
import { fittingNote, type Subject } from "../repose/subject.ts";
import type { TargetPose } from "../repose/target_poses.ts";
import {
  type Arguments,
  type Command,
  oneOf,
  pictureSize,
  required,
  wholeNumber,
} from "./arguments.ts";

export const paintingOptions = {
  checkpoint: {
    placeholder: "FILE",
    help: "what train wrote, or a run's folder; without it, the bundled model of people",
  },
  source: { placeholder: "IMAGE", help: "a PNG, JPEG or WebP with the person" },
  "source-pose": { placeholder: "FILE", help: "a pose file; without it the pose is found" },
  person: {
    placeholder: "N",
    help: "who it is in a picture of several people, 1 for the largest (1)",
  },
  "pose-size": { placeholder: "WxH", help: "pixels of the picture that pose files belong to" },
  proportions: {
    placeholder: "WHOSE",
    help: "whose bone lengths: source's or target's (source)",
  },
  face: {
    placeholder: "WHOSE",
    help: "the photo's where it is seen in the new pose too, or as painted (photo)",
  },
  background: {
    placeholder: "WHOSE",
    help: "the photo's behind the person, or as painted (photo)",
  },
  paste: { help: "put the person back into the source picture" },
};

/** Who is to be painted, and how. */
export interface PaintingOrder {
  readonly source: string;
  readonly sourcePose?: string;
  /** Who it is of those in the source, 1 for the largest. */
  readonly person: number;
  /** Of the picture that pose files belong to; null where that is not known. */
  readonly poseSize: Size | null;
  /** Whose bone lengths the painted person has. */
  readonly proportions: "source" | "target";
  /** Whether the person keeps the face of the photo, where it fits. */
  readonly face: "photo" | "painted";
  /** Whether the photo's background stays. */
  readonly background: "photo" | "painted";
  readonly paste: boolean;
}

/** The generator's file. */
export async function checkpointOf({ texts }: Arguments): Promise<string> {
  return texts.checkpoint === undefined ? bundledModel : await checkpointFile(texts.checkpoint);
}

/** The number of `--person`. @throws RangeError for what is none */
export function personNumber(args: Arguments): number {
  return wholeNumber(args, "person", { least: 1, most: 99, fallback: 1 });
}

/** What is to be said of the pictures: who was taken of several people, and how the source was fitted. */
export function paintingNotes(
  { source, person }: PaintingOrder,
  subject: Subject,
  poses: readonly TargetPose[],
): string[] {
  const crowded = poses.find(({ people = 1 }) => people > 1);
  return [
    crowdNote(source, subject.people, person),
    crowded ? crowdNote(crowded.name, crowded.people!) : null,
    fittingNote(subject),
  ].filter((note) => note !== null);
}

/** @throws Error for what is missing or ill-formed. */
export function readPaintingOrder(args: Arguments, command: Command): PaintingOrder {
  return {
    source: required(args, command, "source"),
    sourcePose: args.texts["source-pose"],
    person: personNumber(args),
    poseSize: pictureSize(args, "pose-size"),
    proportions: oneOf(args, "proportions", ["source", "target"]),
    face: oneOf(args, "face", ["photo", "painted"]),
    background: oneOf(args, "background", ["photo", "painted"]),
    paste: args.switches.has("paste"),
  };
}
