/**
 * Operations on tensors, with their gradients where they have one: a formula, WGSL and a launch each.
 *
 * @module
 */
export { type AdamConstants, adamState, type AdamTensors, adamUpdate } from "./adam.ts";
export { bceWithLogits } from "./bce_with_logits.ts";
export { concat, concatRelu, reshape, slice, stack } from "./channels.ts";
export { conv2d, leakyConv2d } from "./conv2d.ts";
export { convTranspose2d } from "./conv_transpose2d.ts";
export type { ConvolutionOptions } from "./convolution/geometry.ts";
export { deform, type DeformOptions } from "./deform.ts";
export type { DeformWays } from "./deform_kernels.ts";
export { dropout } from "./dropout.ts";
export {
  abs,
  add,
  addScalar,
  clamp,
  exp,
  leakyRelu,
  log,
  maximum,
  multiply,
  negate,
  relu,
  scale,
  sigmoid,
  softplus,
  sqrt,
  square,
  subtract,
  tanh,
} from "./elementwise.ts";
export { heatMaps } from "./heat_maps.ts";
export { instanceNorm } from "./instance_norm.ts";
export { layerNorm } from "./layer_norm.ts";
export { maxPool2d } from "./max_pool2d.ts";
export { movingAverage } from "./moving_average.ts";
export { nearestPatch } from "./nearest_patch.ts";
export { imageToPixels, pixelsToImage } from "./pixels.ts";
export { mean, sum, sumPerChannel } from "./reduce.ts";
export { type MaskOptions, regionMasks } from "./region_masks.ts";
export { resizeBilinear, type ResizeOptions } from "./resize_bilinear.ts";
