/**
 * Multiplies each channel of each picture by a factor of its own: y[n, c, p] = factors[n, c] x[n, c, p].
 * No gradients: for networks that are not trained. Layouts: x and y [N, C, H, W], factors [N, C, 1, 1]. Grid: `runGroups`, whose rows are channels.
 */
import { runGroups, runKernel } from "../engine/kernel.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";

const kernel = runKernel({
  name: "scale_channels",
  read: ["x", "factors"],
  write: ["y"],
  perRow: `let factor = factors[row];`,
  element: `y[at] = factor * x[at];`,
});

/**
 * The channels of x [N, C, H, W] times `factors` [N, C, 1, 1].
 * @throws TypeError when x has not four axes; RangeError when the factors do not fit it.
 */
export function scaleChannels(x: Tensor, factors: Tensor): Tensor {
  const { batch, channels, height, width } = imageShape("scaleChannels", "x", x);
  assertShape("scaleChannels", "factors", factors, [batch, channels, 1, 1]);
  const y = x.device.empty(x.shape);
  const sizes = { rows: batch * channels, columns: height * width };
  x.device.launch(kernel, { x, factors, y }, sizes, runGroups(1, sizes.rows, sizes.columns));
  return y;
}
