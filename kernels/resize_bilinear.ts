/**
 * Bilinear resize: y[u, v] = x at ((u + o) H / h - o, (v + o) W / w - o), limited to the pixels' centres. The first pixel
 * lies half a pixel from the picture's edge, o = 1/2, or, as in TensorFlow's older graphs, on the edge, o = 0.
 * No gradients, and no wider filter where the picture shrinks.
 * Layouts: x [N, C, H, W] -> y [N, C, h, w]. Grid: `pictureGroups` of y.
 */
import { pictureGroups, pictureKernel } from "../engine/kernel.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";

const kernel = pictureKernel({
  name: "resize_bilinear",
  read: ["x"],
  write: ["y"],
  sizes: ["height", "width"],
  scalars: ["scaleY", "scaleX", "inset"],
  source: `fn source(to: u32, scale: f32, length: u32) -> f32 {
  return clamp((f32(to) + p.inset) * scale - p.inset, 0.0, f32(length - 1u));
}`,
  perRow: `let source_y = source(row, p.scaleY, p.height);
  let top = u32(source_y);
  let upper = (plane * p.height + top) * p.width;
  let lower = (plane * p.height + min(top + 1u, p.height - 1u)) * p.width;
  let down = source_y - f32(top);`,
  element: `let source_x = source(column, p.scaleX, p.width);
    let left = u32(source_x);
    let right = min(left + 1u, p.width - 1u);
    let along = source_x - f32(left);
    y[at] = mix(mix(x[upper + left], x[upper + right], along), mix(x[lower + left], x[lower + right], along), down);`,
});

/** What comes out. */
export interface ResizeOptions {
  /** Rows and columns of the output. */
  readonly height: number;
  /** Columns of the output. */
  readonly width: number;
  /** Where the first pixel lies; "inside", half a pixel from the edges, unless given. */
  readonly first?: "inside" | "on the edge";
}

/**
 * x [N, C, H, W] at another size, in a new tensor or in `y`: [N, C, height, width].
 * @throws TypeError when x has not four axes; RangeError when the size is not of whole pixels or not that of y.
 */
export function resizeBilinear(
  x: Tensor,
  { height, width, first = "inside" }: ResizeOptions,
  y?: Tensor,
): Tensor {
  const from = imageShape("resizeBilinear", "x", x);
  const shape = [from.batch, from.channels, height, width];
  y ??= x.device.empty(shape);
  assertShape("resizeBilinear", "y", y, shape);
  x.device.launch(kernel, { x, y }, {
    rows: height,
    columns: width,
    height: from.height,
    width: from.width,
    scaleY: from.height / height,
    scaleX: from.width / width,
    inset: first === "inside" ? 0.5 : 0,
  }, pictureGroups(from.batch * from.channels, height, width));
  return y;
}
