/** Where a person roughly is, by the joints alone. */
import { isHuman, jointNamed, type Skeleton } from "./skeleton.ts";
import type { Joints, Point, Quad, Size } from "./types.ts";

/** Half the width of a limb and the radius of a joint, in pixels, whatever the picture's size. */
const RADIUS = 4;
/** The closing's square reaches this many pixels to each side. */
const CLOSING_REACH = 2;

/** Lines between joints that the mask is thick round: limbs, the torso's sides and the head. */
const lines = [
  ["neck", "right shoulder"],
  ["neck", "left shoulder"],
  ["right shoulder", "right elbow"],
  ["right elbow", "right wrist"],
  ["left shoulder", "left elbow"],
  ["left elbow", "left wrist"],
  ["neck", "right hip"],
  ["right hip", "right knee"],
  ["right knee", "right ankle"],
  ["neck", "left hip"],
  ["left hip", "left knee"],
  ["left knee", "left ankle"],
  ["neck", "nose"],
  ["nose", "right eye"],
  ["right eye", "right ear"],
  ["nose", "left eye"],
  ["left eye", "left ear"],
  ["neck", "right ear"],
  ["neck", "left ear"],
  ["right hip", "left hip"],
  ["left hip", "left shoulder"],
  ["right hip", "right shoulder"],
  ["right ear", "left ear"],
] as const;

/**
 * The mask of Ma et al. ("Pose Guided Person Image Generation", 2017) as the Deformable GAN's evaluation draws it:
 * row-major [H, W], 1 on the person and 0 beside it. It is the union of a rectangle along each line between two seen
 * joints, 4 pixels to either side and its edges included, and of the pixels less than 4 pixels from a seen joint, closed
 * (dilated, then eroded) by a 5x5 square. The 4 and the 5 are pixels at every picture size: nothing is scaled.
 * Other things than people have their bones for lines.
 */
export function personMask(joints: Joints, size: Size, skeleton: Skeleton): Uint8Array {
  const mask = new Uint8Array(size.width * size.height);
  const between = isHuman(skeleton) ? lines : skeleton.bones.map(({ joints }) => joints);
  for (const [from, to] of between) {
    const a = jointNamed(skeleton, joints, from), b = jointNamed(skeleton, joints, to);
    if (a && b && (a.x !== b.x || a.y !== b.y)) fillRectangle(mask, size, a, b);
  }
  for (const joint of joints) if (joint) fillDisc(mask, size, joint);
  return eroded(dilated(mask, size), size);
}

function fillRectangle(mask: Uint8Array, size: Size, a: Point, b: Point): void {
  const dx = a.x - b.x, dy = a.y - b.y, length = Math.sqrt(dx * dx + dy * dy);
  const across = { x: RADIUS * dy / length, y: RADIUS * -dx / length };
  const corners: Quad = [
    { x: a.x + across.x, y: a.y + across.y },
    { x: a.x - across.x, y: a.y - across.y },
    { x: b.x - across.x, y: b.y - across.y },
    { x: b.x + across.x, y: b.y + across.y },
  ];
  fill(mask, size, corners, 0, (x, y) => isInQuad(corners, x, y));
}

function fillDisc(mask: Uint8Array, size: Size, { x: cx, y: cy }: Point): void {
  const isInDisc = (x: number, y: number) =>
    ((x - cx) / RADIUS) ** 2 + ((y - cy) / RADIUS) ** 2 < 1;
  fill(mask, size, [{ x: cx, y: cy }], RADIUS, isInDisc);
}

/** Sets the pixels that belong; looked at are those within `reach` of the box round `points`. */
function fill(
  mask: Uint8Array,
  { width, height }: Size,
  points: readonly Point[],
  reach: number,
  belongs: (x: number, y: number) => boolean,
): void {
  const xs = points.map(({ x }) => x), ys = points.map(({ y }) => y);
  const left = Math.max(0, Math.floor(Math.min(...xs) - reach));
  const top = Math.max(0, Math.floor(Math.min(...ys) - reach));
  const right = Math.min(width - 1, Math.ceil(Math.max(...xs) + reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...ys) + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) if (belongs(x, y)) mask[y * width + x] = 1;
  }
}

/**
 * Whether a point lies in a polygon or on its edge, by the crossings of the rays to the right and to the left (O'Rourke,
 * "Computational Geometry in C", section 7.4): their parities differ on an edge.
 */
function isInQuad(corners: Quad, x: number, y: number): boolean {
  let right = 0, left = 0;
  for (let i = 0; i < corners.length; i++) {
    const from = corners.at(i - 1)!, to = corners[i];
    const x0 = to.x - x, y0 = to.y - y, x1 = from.x - x, y1 = from.y - y;
    if (Math.abs(x0) < 1e-12 && Math.abs(y0) < 1e-12) return true;
    const crossing = (x0 * y1 - x1 * y0) / (y1 - y0);
    if (y0 > 0 !== y1 > 0 && crossing > 0) right++;
    if (y0 < 0 !== y1 < 0 && crossing < 0) left++;
  }
  return right % 2 === 1 || left % 2 === 1;
}

/** Sets the pixels of the square round each that is set. */
function dilated(mask: Uint8Array, { width, height }: Size): Uint8Array {
  return spread(spread(mask, width, 1), height, width);
}

/** Clears the pixels of the square round each that is clear; what lies outside the picture counts as set. */
function eroded(mask: Uint8Array, size: Size): Uint8Array {
  const inverted = (mask: Uint8Array) => mask.map((value) => 1 - value);
  return inverted(dilated(inverted(mask), size));
}

/** Dilates along one side of the picture, which has `length` pixels that lie `stride` apart. */
function spread(mask: Uint8Array, length: number, stride: number): Uint8Array {
  const wider = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const at = Math.floor(i / stride) % length;
    const first = Math.max(-CLOSING_REACH, -at), last = Math.min(CLOSING_REACH, length - 1 - at);
    for (let d = first; d <= last; d++) wider[i + d * stride] = 1;
  }
  return wider;
}
