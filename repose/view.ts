import { transformJoints } from "../pose/transform.ts";
import type { Joints, Size } from "../pose/types.ts";
import { blankPicture, crop, paste, resize } from "../data/pictures/picture.ts";
import type { Box, Picture } from "../data/types.ts";

/**
 * What the model's frame shows: a box of whole pixels of a picture, scaled to fill the frame. The box has the frame's
 * proportions, to half a pixel, and may reach outside the picture.
 */
export interface View {
  /** What the model paints, in its pixels. */
  readonly frame: Size;
  /** Of the picture. */
  readonly box: Box;
}

/** Room round a person's joints in heights of their bounds: for hair, hands and feet, as crops of data sets have it. */
const margins = { above: 0.16, below: 0.12, beside: 0.08 };
/** Of a box in pixels: less is no person. */
const LEAST_SIDE = 4;

export function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** The frame shows all of a picture that has its size. */
export function wholeView(frame: Size): View {
  return { frame, box: { left: 0, top: 0, ...frame } };
}

/** The frame shows a person closely: all joints of one pose or of several, with some room around. */
export function personView(poses: readonly Joints[], frame: Size): View {
  const points = poses.flat().filter((point) => point !== null);
  const xs = points.map(({ x }) => x), ys = points.map(({ y }) => y);
  const left = least(xs), right = -least(xs.map((x) => -x));
  const top = least(ys), bottom = -least(ys.map((y) => -y));
  const tall = bottom - top;
  const room = {
    width: right - left + 2 * margins.beside * tall,
    height: tall * (1 + margins.above + margins.below),
  };
  const scale = Math.max(room.width / frame.width, room.height / frame.height);
  const width = Math.max(LEAST_SIDE, Math.round(frame.width * scale));
  const height = Math.max(LEAST_SIDE, Math.round(frame.height * scale));
  const middle = {
    x: (left + right) / 2,
    y: (top + bottom + tall * (margins.below - margins.above)) / 2,
  };
  return {
    frame,
    box: {
      left: Math.round(middle.x + 0.5 - width / 2),
      top: Math.round(middle.y + 0.5 - height / 2),
      width,
      height,
    },
  };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

/** The view moved so that it shows no more than it must of what lies outside a picture; its middle, where it is too large. */
export function keepInside({ frame, box }: View, picture: Size): View {
  const place = (begin: number, length: number, whole: number) =>
    length > whole
      ? Math.round((whole - length) / 2)
      : Math.min(Math.max(begin, 0), whole - length);
  return {
    frame,
    box: {
      ...box,
      left: place(box.left, box.width, picture.width),
      top: place(box.top, box.height, picture.height),
    },
  };
}

/** Where the joints of the picture lie in the frame, to half a pixel of the picture. */
export function jointsInView(joints: Joints, { frame, box }: View): Joints {
  const scale = frame.height / box.height;
  return transformJoints(joints, scale, -box.left * scale, -box.top * scale);
}

/** Where joints of the frame lie in the picture: `jointsInView` the other way. */
export function jointsInPicture(joints: Joints, { frame, box }: View): Joints {
  return transformJoints(joints, box.height / frame.height, box.left, box.top);
}

/** The part of the picture that a view shows, and where that lies in the frame. */
export function shownPart({ frame, box }: View, picture: Size): { part: Box; inFrame: Box } {
  const left = Math.max(0, box.left), top = Math.max(0, box.top);
  const right = Math.min(picture.width, box.left + box.width);
  const bottom = Math.min(picture.height, box.top + box.height);
  const across = (x: number) => Math.round((x - box.left) * frame.width / box.width);
  const down = (y: number) => Math.round((y - box.top) * frame.height / box.height);
  return {
    part: { left, top, width: right - left, height: bottom - top },
    inFrame: {
      left: across(left),
      top: down(top),
      width: Math.max(1, across(right) - across(left)),
      height: Math.max(1, down(bottom) - down(top)),
    },
  };
}

/** The picture as the frame shows it; outside the picture its edge goes on. */
export function pictureInView(picture: Picture, view: View): Picture {
  const { part, inFrame } = shownPart(view, picture);
  const shown = resize(crop(picture, part), inFrame);
  const canvas = blankPicture(view.frame, [0, 0, 0]);
  paste(canvas, shown, inFrame.left, inFrame.top);
  extendEdges(canvas, inFrame);
  return canvas;
}

/** Fills what lies outside a box of the canvas with the nearest pixels inside. */
function extendEdges({ width, height, pixels }: Picture, box: Box): void {
  const nearest = (at: number, begin: number, length: number) =>
    Math.min(Math.max(at, begin), begin + length - 1);
  for (let y = 0; y < height; y++) {
    const row = nearest(y, box.top, box.height);
    for (let x = 0; x < width; x++) {
      const column = nearest(x, box.left, box.width);
      if (row === y && column === x) continue;
      const from = (row * width + column) * 3;
      pixels.copyWithin((y * width + x) * 3, from, from + 3);
    }
  }
}
