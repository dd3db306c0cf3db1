/** What generate and animate both ask for. */
import type { Size } from "../pose/types.ts";
import { bundledModel, checkpointFile } from "../repose/files/open_studio.ts";
import { type Arguments, type Command, oneOf, pictureSize, required } from "./arguments.ts";

export const paintingOptions = {
  checkpoint: {
    placeholder: "FILE",
    help: "what train wrote, or a run's folder; without it, the bundled model of people",
  },
  source: { placeholder: "IMAGE", help: "a PNG, JPEG or WebP with the person" },
  "source-pose": { placeholder: "FILE", help: "a pose file; without it the pose is found" },
  "pose-size": { placeholder: "WxH", help: "pixels of the picture that pose files belong to" },
  proportions: {
    placeholder: "WHOSE",
    help: "whose bone lengths: source's or target's (source)",
  },
  paste: { help: "put the person back into the source picture" },
};

/** Who is to be painted, and how. */
export interface PaintingOrder {
  readonly source: string;
  readonly sourcePose?: string;
  /** Of the picture that pose files belong to; null where that is not known. */
  readonly poseSize: Size | null;
  /** Whose bone lengths the painted person has. */
  readonly proportions: "source" | "target";
  readonly paste: boolean;
}

/** The generator's file. */
export async function checkpointOf({ texts }: Arguments): Promise<string> {
  return texts.checkpoint === undefined ? bundledModel : await checkpointFile(texts.checkpoint);
}

/** @throws Error for what is missing or ill-formed. */
export function readPaintingOrder(args: Arguments, command: Command): PaintingOrder {
  return {
    source: required(args, command, "source"),
    sourcePose: args.texts["source-pose"],
    poseSize: pictureSize(args, "pose-size"),
    proportions: oneOf(args, "proportions", ["source", "target"]),
    paste: args.switches.has("paste"),
  };
}
