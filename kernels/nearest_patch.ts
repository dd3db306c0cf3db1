/**
 * Nearest-neighbour loss L_NN (paper section 3.3) between features: per pixel p, the distance from
 * a(p) to the nearest of b's pixels in the window about p,
 *   d(p) = min over o of sum over channels |a(p) - b(p + o)|,   p + o inside the picture,
 * and the mean of d. b is a constant. The gradient goes through the winning neighbour q, the first
 * in raster order of equal ones: da(p) = upstream(p) sign(a(p) - b(q)), with sign(0) = 0.
 *
 * Forward: one thread for each column of `STRIP` pixels, so that a value of b serves all pixels in whose
 * window it lies; the distances of one column of the window are kept in registers. They are compared without
 * branches, of which browsers' software driver compiles hundreds only in minutes and gigabytes: `&` and `|` evaluate
 * both sides, `&&` and `||` branch. Backward: `runGroups`, whose rows are channels. Layouts: a, b, da [N, C, H, W]; d
 * and winner (y W + x of q) [N, H, W].
 */
import { elementGroups, elementKernel, runGroups, runKernel, variants } from "../engine/kernel.ts";
import { differentiable } from "../engine/tape.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";
import { mean } from "./reduce.ts";
import { lines, range } from "./wgsl.ts";

const STRIP = 8;
/** Keeps the registers of a thread and the text of its kernel within reason. */
const MAXIMUM_WINDOW = 15;

const forwardKernel = variants(({ window }: { window: number }) => {
  const half = (window - 1) / 2;
  const strip = range(STRIP);
  const column = range(window);
  const rows = range(STRIP + window - 1);
  return elementKernel({
    name: "nearest_patch",
    read: ["a", "b"],
    write: ["distance", "winner"],
    sizes: ["channels", "height", "width"],
    source: `
fn row(y: i32) -> u32 { return u32(clamp(y, 0, i32(p.height) - 1)) * p.width; }
fn element(i: u32) {
  let strips = (p.height + ${STRIP - 1}u) / ${STRIP}u;
  let x = i % p.width;
  let top = i32(i / p.width % strips) * ${STRIP};
  let picture = i / p.width / strips;
  let area = p.height * p.width;
  ${lines(rows, (r) => `let row${r} = row(top + ${r - half});`)}
  ${lines(strip, (r) => `var best${r} = 3.4e38; var winner${r} = 0u;`)}
  for (var dx = 0u; dx < ${window}u; dx++) {
    let column = i32(x + dx) - ${half};
    if (column < 0 || column >= i32(p.width)) { continue; }
    ${lines(strip, (r) => lines(column, (k) => `var d${r}_${k} = 0.0;`))}
    var base = picture * p.channels * area;
    for (var c = 0u; c < p.channels; c++) {
      ${lines(strip, (r) => `let a${r} = a[base + x + row${r + half}];`)}
      ${lines(rows, (r) => `let b${r} = b[base + u32(column) + row${r}];`)}
      ${lines(strip, (r) => lines(column, (k) => `d${r}_${k} += abs(a${r} - b${r + k});`))}
      base += area;
    }
    ${
      lines(strip, (r) =>
        lines(column, (k) =>
          `{
      let y = top + ${r + k - half};
      let q = row${r + k} + u32(column);
      let inside = (y >= 0) & (y < i32(p.height));
      let first = (d${r}_${k} < best${r}) | ((d${r}_${k} == best${r}) & (q < winner${r}));
      best${r} = select(best${r}, d${r}_${k}, inside & first);
      winner${r} = select(winner${r}, q, inside & first);
    }`))
    }
  }
  ${
      lines(strip, (r) =>
        `if (top + ${r} < i32(p.height)) {
    let at = picture * area + row${r + half} + x;
    distance[at] = best${r};
    winner[at] = f32(winner${r});
  }`)
    }
}`,
  });
});

const backwardKernel = runKernel({
  name: "nearest_patch_backward",
  read: ["a", "b", "winner", "g"],
  write: ["da"],
  perRow: `let image = plane * p.columns;`,
  element: `let q = u32(winner[image + column]);
    da[at] = g[image + column] * sign(a[at] - b[run * p.columns + q]);`,
});

/**
 * Mean over pixels of the L1 distance from a's features [N, C, H, W] to the nearest of b's in the
 * `window` x `window` pixels about the same place; [1]. Neighbours outside the picture never win.
 * The gradient flows to `a` alone: `b` is a constant.
 * @throws TypeError, RangeError when the shapes differ or the window is not an odd number in 1..15.
 */
export function nearestPatch(a: Tensor, b: Tensor, window: number): Tensor {
  const { batch, channels, height, width } = imageShape("nearestPatch", "a", a);
  assertShape("nearestPatch", "b", b, a.shape);
  if (window % 2 !== 1 || window < 1 || window > MAXIMUM_WINDOW) {
    throw new RangeError(
      `nearestPatch: window ${window} must be an odd number from 1 to ${MAXIMUM_WINDOW}`,
    );
  }
  const { device } = a;
  const distance = device.empty([batch, height, width]);
  const winner = device.empty([batch, height, width]);
  const count = batch * Math.ceil(height / STRIP) * width;
  const sizes = { count, channels, height, width };
  device.launch(forwardKernel({ window }), { a, b, distance, winner }, sizes, elementGroups(count));
  return mean(differentiable(distance, [a, (g) => {
    const da = device.empty(a.shape);
    const sizes = { rows: channels, columns: height * width };
    const groups = runGroups(batch, sizes.rows, sizes.columns);
    device.launch(backwardKernel, { a, b, winner, g, da }, sizes, groups);
    return da;
  }]));
}
