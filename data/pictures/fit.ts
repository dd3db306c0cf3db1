import { transformJoints } from "../../pose/transform.ts";
import type { Joints, Point, Size } from "../../pose/types.ts";
import { blankPicture, paste, resize } from "./picture.ts";
import type { Colour, Picture } from "../types.ts";

/** How a picture of any size goes into the model's frame: scaled to just fit, centred between bars. */
export interface Letterbox {
  readonly frame: Size;
  /** The size that the picture is scaled to, in whole pixels. */
  readonly inner: Size;
  /** Frame pixels for a pixel of the picture. */
  readonly scale: number;
  /** Where the scaled picture begins in the frame, in whole pixels. */
  readonly offset: Point;
  /** Whether the frame differs from the picture, so that people should be told. */
  readonly changed: boolean;
}

/** 0 in the model's [-1, 1], which is also what its convolutions see outside the frame. */
const barColour: Colour = [128, 128, 128];

/** The letterbox that takes a picture of size `picture` into `frame`. */
export function letterbox(picture: Size, frame: Size): Letterbox {
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  return {
    frame,
    inner: { width, height },
    scale,
    offset: {
      x: Math.floor((frame.width - width) / 2),
      y: Math.floor((frame.height - height) / 2),
    },
    changed: picture.width !== frame.width || picture.height !== frame.height,
  };
}

/** The picture in its frame; the picture itself where nothing changes. */
export function fitPicture(
  picture: Picture,
  { frame, inner, offset, changed }: Letterbox,
): Picture {
  if (!changed) return picture;
  const canvas = blankPicture(frame, barColour);
  paste(canvas, resize(picture, inner), offset.x, offset.y);
  return canvas;
}

/**
 * Where the joints of the picture lie in the frame, to half a pixel: the scaled picture has whole
 * pixels.
 */
export function fitJoints(joints: Joints, { scale, offset }: Letterbox): Joints {
  return transformJoints(joints, scale, offset.x, offset.y);
}
