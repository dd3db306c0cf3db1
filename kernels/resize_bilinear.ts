/**
 * Bilinear resize with half-pixel centres: y[u, v] = x at ((u + 1/2) H / h - 1/2, (v + 1/2) W / w - 1/2), limited to
 * the pixels' centres. No gradients, and no wider filter where it shrinks.
 * Layouts: x [N, C, H, W] -> y [N, C, h, w]. Grid: a row of outputs a row.
 */
import { pictureGroups, pictureKernel } from "../engine/kernel.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";

const kernel = pictureKernel({
  name: "resize_bilinear",
  read: ["x"],
  write: ["y"],
  sizes: ["height", "width"],
  scalars: ["scaleY", "scaleX"],
  source: `fn source(to: u32, scale: f32, length: u32) -> f32 {
  return clamp((f32(to) + 0.5) * scale - 0.5, 0.0, f32(length - 1u));
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

/**
 * x [N, C, H, W] at another size, in a new tensor or in `y`: [N, C, height, width].
 * @throws TypeError when x has not four axes; RangeError when the size is not of whole pixels or not that of y.
 */
export function resizeBilinear(
  x: Tensor,
  { height, width }: { readonly height: number; readonly width: number },
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
  }, pictureGroups(from.batch * from.channels, height, width));
  return y;
}
