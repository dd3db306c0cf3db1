/**
 * A square of a picture at another size, as values: pixel [u, v] of the frame is the picture at
 * (left + (v + 1/2) size / S - 1/2, top + (u + 1/2) size / S - 1/2), bilinear where the square grows, by a triangle
 * as wide as a pixel of the frame where it shrinks, so that nothing aliases; -1 (black) beyond the picture.
 * Layouts: bytes as in pixels.ts, [H, W, 3] -> frame [1, 3, S, S] in [-1, 1]. No gradients. Grid: `pictureGroups` of the frame.
 */
import { pictureGroups, pictureKernel } from "../engine/kernel.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";
import { BYTE_AT } from "./wgsl.ts";

const kernel = pictureKernel({
  name: "crop_and_resize",
  words: ["packed"],
  write: ["frame"],
  sizes: ["height", "width"],
  scalars: ["left", "top", "scale"],
  source: `${BYTE_AT}
fn weight(distance: f32) -> f32 { return max(0.0, 1.0 - abs(distance) / max(1.0, p.scale)); }
fn first_within(centre: f32) -> u32 { return u32(max(0.0, ceil(centre - max(1.0, p.scale)))); }
fn end_within(centre: f32, length: u32) -> u32 {
  return u32(clamp(floor(centre + max(1.0, p.scale)) + 1.0, 0.0, f32(length)));
}
fn inside(centre: f32, length: u32) -> bool { return centre >= -0.5 && centre <= f32(length) - 0.5; }`,
  perRow: `let y = p.top + (f32(row) + 0.5) * p.scale - 0.5;
  let first_row = first_within(y);
  let end_row = end_within(y, p.height);`,
  element: `let x = p.left + (f32(column) + 0.5) * p.scale - 0.5;
    let first_column = first_within(x);
    let end_column = end_within(x, p.width);
    var sum = vec3<f32>();
    var total = 0.0;
    for (var i = first_row; i < end_row; i++) {
      for (var j = first_column; j < end_column; j++) {
        let share = weight(f32(i) - y) * weight(f32(j) - x);
        let from_byte = (i * p.width + j) * 3u;
        sum += share * vec3(byte_at(from_byte), byte_at(from_byte + 1u), byte_at(from_byte + 2u));
        total += share;
      }
    }
    let seen = inside(y, p.height) && inside(x, p.width);
    let value = select(vec3(-1.0), sum / (127.5 * total) - 1.0, seen);
    let area = p.rows * p.columns;
    frame[at] = value.x;
    frame[at + area] = value.y;
    frame[at + 2u * area] = value.z;`,
});

/** A square of a picture, in pixels from the picture's edges; it may reach beyond them. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/**
 * Fills `frame` [1, 3, S, S] with a square of the picture of `words` [ceil(H W 3 / 4)], an uploaded Uint32Array.
 * @throws RangeError when the number of words does not fit, the frame is no such square or `square` is empty.
 */
export function cropAndResize(
  words: Tensor,
  { height, width }: { readonly height: number; readonly width: number },
  { left, top, size }: Square,
  frame: Tensor,
): void {
  assertShape("cropAndResize", "words", words, [Math.ceil(height * width * 3 / 4)]);
  const side = imageShape("cropAndResize", "frame", frame).width;
  assertShape("cropAndResize", "frame", frame, [1, 3, side, side]);
  if (!(size > 0)) throw new RangeError(`cropAndResize: a square of ${size} pixels is empty`);
  const parameters = { rows: side, columns: side, height, width, left, top, scale: size / side };
  const groups = pictureGroups(1, side, side);
  words.device.launch(kernel, { packed: words, frame }, parameters, groups);
}
