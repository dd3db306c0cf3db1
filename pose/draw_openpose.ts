/** Poses as pictures, as OpenPose draws them and as ControlNet's models of poses expect them: on black. */
import { drawCapsule } from "./draw.ts";
import { checkJoints, human } from "./skeleton.ts";
import type { Joints, Size } from "./types.ts";

/** OpenPose's colours, 20 degrees of hue apart; a joint has that of its number. */
const colours = human.joints.map((_, i) => hue(i / 3));

/** Joints by number, a line each, in the order of their colours. */
const lines = [
  ...[[1, 2], [1, 5], [2, 3], [3, 4], [5, 6], [6, 7], [1, 8], [8, 9], [9, 10]],
  ...[[1, 11], [11, 12], [12, 13], [1, 0], [0, 14], [14, 16], [0, 15], [15, 17]],
];

/** Lines are darker than joints. */
const LINE_SHADE = 0.6;
/** Of lines and joints, in heights of the picture: 4 pixels of 512. */
const RADIUS = 1 / 128;

/**
 * The RGB pixels [height, width, 3] of a person's pose on black.
 * @throws RangeError where there are not 18 joints
 */
export function openPosePixels(joints: Joints, size: Size): Uint8Array {
  checkJoints(human, joints);
  const pixels = new Uint8Array(size.width * size.height * 3);
  const radius = Math.max(0.8, RADIUS * size.height);
  lines.forEach(([from, to], i) => {
    const [a, b] = [joints[from], joints[to]];
    const [red, green, blue] = colours[i].map((value) => value * LINE_SHADE);
    if (a && b) drawCapsule(pixels, size, a, b, radius, [red, green, blue]);
  });
  joints.forEach((point, i) => {
    if (point) drawCapsule(pixels, size, point, point, radius, colours[i]);
  });
  return pixels;
}

/** The full colour of a hue, 0..6 round the circle from red over green and blue. */
function hue(sixths: number): [number, number, number] {
  const channel = (shift: number) => {
    const share = Math.abs((sixths + shift) % 6 - 3) - 1;
    return Math.round(255 * Math.min(1, Math.max(0, share)));
  };
  return [channel(0), channel(4), channel(2)];
}
