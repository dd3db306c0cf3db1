/**
 * Pictures between bytes and values. Bytes are RGB, [N, H, W, 3], four to a 32-bit word, the first in
 * the lowest bits, the last word padded with zeros; values are [N, 3, H, W] in [-1, 1]:
 * value = byte / 127.5 - 1. No gradients.
 * Grids: `runGroups`, whose rows are channels; `elementGroups` of the words.
 */
import { elementGroups, elementKernel, runGroups, runKernel } from "../engine/kernel.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";
import { BYTE_AT } from "./wgsl.ts";

const toImageKernel = runKernel({
  name: "pixels_to_image",
  words: ["packed"],
  write: ["y"],
  source: BYTE_AT,
  element: `y[at] = byte_at((plane * p.columns + column) * 3u + row) / 127.5 - 1.0;`,
});

/**
 * The pictures of `words` [ceil(N H W 3 / 4)], an uploaded Uint32Array, as [N, 3, H, W] in [-1, 1].
 * @throws RangeError when the number of words does not fit.
 */
export function pixelsToImage(
  words: Tensor,
  [batch, height, width]: readonly [batch: number, height: number, width: number],
): Tensor {
  assertShape("pixelsToImage", "words", words, [Math.ceil(batch * height * width * 3 / 4)]);
  const y = words.device.empty([batch, 3, height, width]);
  const sizes = { rows: 3, columns: height * width };
  const groups = runGroups(batch, sizes.rows, sizes.columns);
  words.device.launch(toImageKernel, { packed: words, y }, sizes, groups);
  return y;
}

const toPixelsKernel = elementKernel({
  name: "image_to_pixels",
  read: ["x"],
  writeWords: ["packed"],
  sizes: ["pixels", "bytes"],
  source: `fn byte_at(byte: u32) -> u32 {
  if (byte >= p.bytes) { return 0u; }
  let pixel = byte / 3u;
  let plane = pixel / p.pixels * 3u + byte % 3u;
  return u32(clamp(floor(x[plane * p.pixels + pixel % p.pixels] * 127.5 + 128.0), 0.0, 255.0));
}
fn element(i: u32) {
  var word = 0u;
  for (var k = 0u; k < 4u; k++) { word |= byte_at(4u * i + k) << (8u * k); }
  packed[i] = word;
}`,
});

/**
 * x [N, 3, H, W] as words of bytes, rounded (halves up) and limited to 0 .. 255, for `device.readBytes`:
 * [ceil(N H W 3 / 4)].
 * @throws TypeError when x has not four axes; RangeError when it has not three channels.
 */
export function imageToPixels(x: Tensor): Tensor {
  const { batch, height, width } = imageShape("imageToPixels", "x", x);
  assertShape("imageToPixels", "x", x, [batch, 3, height, width]);
  const packed = x.device.empty([Math.ceil(x.size / 4)]);
  const sizes = { count: packed.size, pixels: height * width, bytes: x.size };
  x.device.launch(toPixelsKernel, { x, packed }, sizes, elementGroups(packed.size));
  return packed;
}
