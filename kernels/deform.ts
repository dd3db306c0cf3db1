/**
 * The deformable skip (paper section 3.2) in one pass: every part h moves the features by its affine
 * map f_h, its mask M_h selects what moves, and the parts are fused.
 *
 *   mask on source: v_h(p) = sample(x M_h)(f_h p)      mask on target: v_h(p) = M_h(p) sample(x)(f_h p)
 *   v_0(p) = x(p), where `identity` is set
 *   max:     y(p) = max over h of v_h(p); the first of equal ones wins and takes the gradient
 *   average: y(p) = sum over h of v_h(p) / count(p); count = all h (mask on source), or the target
 *            masks at p and 1 for v_0 (mask on target); y = 0 where that is none
 *
 * With S = 2^level, level pixel q stands for the full-resolution point S q + shift: pixel centres,
 * shift = (S - 1) / 2, for bilinear sampling; corners, shift = 0, for nearest (the authors' code).
 * So a map A u + c of full resolution is A q + (A shift + c - shift) / S in level pixels. A sample at
 * s weighs level pixel i, per axis, by max(0, 1 - |s - i|) (bilinear), or by 1 where s rounded half
 * away from zero is i (nearest; joints are whole pixels, so exact halves are common, and what float32
 * brings to within `TIE` below one counts as one). Outside the picture all is zero.
 *
 * Layouts: x, y [N, C, H, W]; maps [N, R, 6]; masks [N, R, H, W]. Kernels and their grid: deform_kernels.ts.
 */
import { differentiable } from "../engine/tape.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";
import { backwardKernel, deformGrid, type DeformWays, forwardKernel } from "./deform_kernels.ts";

/** The level of the features, and how parts are sampled, masked and fused. */
export interface DeformOptions extends DeformWays {
  /** The features' pixels are 2^level full-resolution pixels wide. */
  readonly level: number;
}

/** Winners have 6 bits. */
const MAXIMUM_PARTS = 63;

/**
 * Features [N, C, H, W] moved part by part and fused, [N, C, H, W]. `maps` [N, R, 6] are
 * [a, b, c, d, e, f] in full-resolution pixels, xs = a x + b y + c, ys = d x + e y + f, from target to
 * source; `masks` [N, R, H, W] are the parts' regions at this level, 0 everywhere for a missing part,
 * which so adds zeros. The gradient flows to the features alone.
 * @throws TypeError, RangeError when shapes do not fit or there are more than 63 parts.
 */
export function deform(
  features: Tensor,
  maps: Tensor,
  masks: Tensor,
  { level, sampling, maskOn, fusion, identity }: DeformOptions,
): Tensor {
  const { batch, channels, height, width } = imageShape("deform", "features", features);
  const { channels: parts } = imageShape("deform", "masks", masks);
  assertShape("deform", "masks", masks, [batch, parts, height, width]);
  assertShape("deform", "maps", maps, [batch, parts, 6]);
  if (parts > MAXIMUM_PARTS) {
    throw new RangeError(
      `deform: masks [${masks.shape}] have ${parts} parts, at most ${MAXIMUM_PARTS}`,
    );
  }
  const { device, shape } = features;
  const scale = 2 ** level;
  const shift = sampling === "bilinear" ? (scale - 1) / 2 : 0;
  const taps = sampling === "bilinear" ? 4 : 1;
  const values = { channels, height, width, parts, taps, scale, shift };
  const ways = { sampling, maskOn, fusion, identity };
  const { groups, choiceShape } = deformGrid(shape);
  const choice = device.empty(choiceShape);
  const output = device.empty(shape);
  device.launch(
    forwardKernel(ways),
    { input: features, maps, masks, output, choice },
    values,
    groups,
  );
  return differentiable(output, [features, (upstream) => {
    const gradient = device.empty(shape);
    device.launch(
      backwardKernel(ways),
      { input: upstream, maps, masks, choice, output: gradient },
      values,
      groups,
    );
    return gradient;
  }]);
}
