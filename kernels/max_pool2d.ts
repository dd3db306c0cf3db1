/**
 * Maximum over windows of 2 x 2 pixels, two apart, as in VGG: y[u, v] = max of x[2u .. 2u+1, 2v .. 2v+1].
 * The gradient goes to the winner, the first in raster order of equal ones.
 * Layouts: x [N, C, H, W] -> y [N, C, floor(H / 2), floor(W / 2)]; an odd last row or column is left out.
 * Grid: one element an output.
 */
import { elementGroups, elementKernel } from "../engine/kernel.ts";
import { differentiable, filled } from "../engine/tape.ts";
import { imageShape, type Tensor } from "../engine/tensor.ts";

/** WGSL: the place in `x` of the winner of output i. */
const WINNER = `
fn winner(i: u32) -> u32 {
  let row = i / (p.width / 2u);
  let plane = row / (p.height / 2u);
  let corner = (plane * p.height + row % (p.height / 2u) * 2u) * p.width + i % (p.width / 2u) * 2u;
  var best = corner;
  var most = x[corner];
  for (var k = 1u; k < 4u; k++) {
    let at = corner + k / 2u * p.width + k % 2u;
    let value = x[at];
    if (value > most) { best = at; most = value; }
  }
  return best;
}`;

const forwardKernel = elementKernel({
  name: "max_pool2d",
  read: ["x"],
  write: ["y"],
  sizes: ["height", "width"],
  source: `${WINNER}
fn element(i: u32) { y[i] = x[winner(i)]; }`,
});

const backwardKernel = elementKernel({
  name: "max_pool2d_backward",
  read: ["x", "g"],
  write: ["dx"],
  sizes: ["height", "width"],
  source: `${WINNER}
fn element(i: u32) { dx[winner(i)] = g[i]; }`,
});

/**
 * Largest value of each 2 x 2 window of x [N, C, H, W], stride 2: [N, C, floor(H / 2), floor(W / 2)].
 * @throws TypeError when x has not four axes; RangeError when H or W is below 2.
 */
export function maxPool2d(x: Tensor): Tensor {
  const { batch, channels, height, width } = imageShape("maxPool2d", "x", x);
  if (height < 2 || width < 2) {
    throw new RangeError(`maxPool2d: x [${x.shape}] must be at least 2 pixels high and wide`);
  }
  const y = x.device.empty([batch, channels, Math.floor(height / 2), Math.floor(width / 2)]);
  const sizes = { count: y.size, height, width };
  x.device.launch(forwardKernel, { x, y }, sizes, elementGroups(y.size));
  return differentiable(y, [x, (g) => {
    const dx = filled(x.device, x.shape, 0);
    x.device.launch(backwardKernel, { x, g, dx }, sizes, elementGroups(g.size));
    return dx;
  }]);
}
