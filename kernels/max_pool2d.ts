/**
 * Maximum over windows of 2 x 2 pixels, two apart, as in VGG: y[u, v] = max of x[2u .. 2u+1, 2v .. 2v+1].
 * The gradient goes to the winner, the first in raster order of equal ones.
 * Layouts: x [N, C, H, W] -> y [N, C, floor(H / 2), floor(W / 2)]; an odd last row or column is left out.
 * Grid: `pictureGroups` of y.
 */
import { pictureGroups, pictureKernel } from "../engine/kernel.ts";
import { differentiable, filled } from "../engine/tape.ts";
import { imageShape, type Tensor } from "../engine/tensor.ts";

/** WGSL: `best`, the place in `x` of the output's winner. */
const WINNER = `let corner = (plane * p.height + 2u * row) * p.width + 2u * column;
    var best = corner;
    var most = x[corner];
    for (var k = 1u; k < 4u; k++) {
      let other = corner + k / 2u * p.width + k % 2u;
      let value = x[other];
      if (value > most) { best = other; most = value; }
    }`;

const forwardKernel = pictureKernel({
  name: "max_pool2d",
  read: ["x"],
  write: ["y"],
  sizes: ["height", "width"],
  element: `${WINNER}
    y[at] = most;`,
});

const backwardKernel = pictureKernel({
  name: "max_pool2d_backward",
  read: ["x", "g"],
  write: ["dx"],
  sizes: ["height", "width"],
  element: `${WINNER}
    dx[best] = g[at];`,
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
  const [, , rows, columns] = y.shape;
  const sizes = { rows, columns, height, width };
  const groups = pictureGroups(batch * channels, rows, columns);
  x.device.launch(forwardKernel, { x, y }, sizes, groups);
  return differentiable(y, [x, (g) => {
    const dx = filled(x.device, x.shape, 0);
    x.device.launch(backwardKernel, { x, g, dx }, sizes, groups);
    return dx;
  }]);
}
