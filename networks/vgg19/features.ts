/** The feature maps g in which generated and real pictures are compared (paper, section 4). */
import type { Device } from "../../engine/device.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { conv2d } from "../../kernels/conv2d.ts";
import { relu } from "../../kernels/elementwise.ts";
import { maxPool2d } from "../../kernels/max_pool2d.ts";
import type { VggLayer, VggWeights } from "./weights.ts";

const SAME_SIZE = { stride: 1, padding: 1 } as const;

/** Maps a picture [N, 3, H, W] in [-1, 1] to features [N, C, h, w]. Its weights are constants. */
export type Features = (image: Tensor) => Tensor;

/** VGG-19 up to conv1_2 after its ReLU: [N, 64, H, W]; what the nearest-neighbour loss compares. */
export function vggConv12(device: Device, weights: VggWeights): Features {
  const first = vggLayer(device, weights, "conv1_1");
  const second = vggLayer(device, weights, "conv1_2");
  const input = vggInput(device, weights);
  return (image) => second(first(input(image)));
}

/** VGG-19 up to conv2_1 after its ReLU: [N, 128, H / 2, W / 2]; what the perceptual loss compares. */
export function vggConv21(device: Device, weights: VggWeights): Features {
  const below = vggConv12(device, weights);
  const layer = vggLayer(device, weights, "conv2_1");
  return (image) => layer(maxPool2d(below(image)));
}

/**
 * Stands in for VGG where no weights are at hand: each pixel's 3x3 RGB patch in 0..255, [N, 27, H, W],
 * by 27 fixed filters that pick one value each.
 */
export function colourPatches(device: Device): Features {
  const count = 27;
  const picks = new Float32Array(count * count);
  for (let i = 0; i < count; i++) picks[i * count + i] = 127.5;
  const weight = device.tensor([count, 3, 3, 3], picks);
  const bias = device.tensor([count], new Float32Array(count).fill(127.5));
  return (image) => conv2d(image, weight, bias, SAME_SIZE);
}

function vggLayer(device: Device, weights: VggWeights, layer: VggLayer): Features {
  const { shape, weight, bias } = weights.layers[layer];
  const w = device.tensor(shape, new Float32Array(weight));
  const b = device.tensor([shape[0]], new Float32Array(bias));
  return (x) => relu(conv2d(x, w, b, SAME_SIZE));
}

/** From [-1, 1] to 0..255 minus the channel means, as a 1x1 convolution. */
function vggInput(device: Device, { mean }: VggWeights): Features {
  const weight = device.tensor(
    [3, 3, 1, 1],
    Float32Array.of(127.5, 0, 0, 0, 127.5, 0, 0, 0, 127.5),
  );
  const bias = device.tensor([3], Float32Array.from(mean, (value) => 127.5 - value));
  return (image) => conv2d(image, weight, bias, { stride: 1, padding: 0 });
}
