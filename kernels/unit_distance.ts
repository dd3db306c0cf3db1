/**
 * How far the features of two pictures point apart at each pixel, as LPIPS weighs it:
 *
 *   y[0, 0, p] = sum over c of w[c] (a[c, p] / |a[p]| - b[c, p] / |b[p]|)^2,    |a[p]|^2 = sum over c of a[c, p]^2
 *
 * with 1e-10 added to each length. No gradients.
 * Layouts: x [2, C, H, W], a before b; w [C] -> y [1, 1, H, W]. Grid: one thread for each pixel.
 */
import { elementGroups, elementKernel } from "../engine/kernel.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";

const kernel = elementKernel({
  name: "unit_distance",
  read: ["x", "w"],
  write: ["y"],
  sizes: ["channels"],
  source: `fn element(i: u32) {
  let other = p.channels * p.count;
  var squares = vec2<f32>();
  for (var c = 0u; c < p.channels; c++) {
    let values = vec2(x[c * p.count + i], x[other + c * p.count + i]);
    squares += values * values;
  }
  let lengths = sqrt(squares) + 1e-10;
  var total = 0.0;
  for (var c = 0u; c < p.channels; c++) {
    let difference = x[c * p.count + i] / lengths.x - x[other + c * p.count + i] / lengths.y;
    total += w[c] * difference * difference;
  }
  y[i] = total;
}`,
});

/**
 * The weighted distances of the unit features of two pictures, x [2, C, H, W]: [1, 1, H, W].
 * @throws TypeError when x has not four axes; RangeError when it is not of two pictures or w is not [C].
 */
export function unitDistance(x: Tensor, w: Tensor): Tensor {
  const { channels, height, width } = imageShape("unitDistance", "x", x);
  assertShape("unitDistance", "x", x, [2, channels, height, width]);
  assertShape("unitDistance", "w", w, [channels]);
  const y = x.device.empty([1, 1, height, width]);
  x.device.launch(kernel, { x, w, y }, { count: y.size, channels }, elementGroups(y.size));
  return y;
}
