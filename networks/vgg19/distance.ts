import { packedWords } from "../../data/words.ts";
import type { Picture } from "../../data/types.ts";
import type { Device } from "../../engine/device.ts";
import { abs, subtract } from "../../kernels/elementwise.ts";
import { pixelsToImage } from "../../kernels/pixels.ts";
import { mean } from "../../kernels/reduce.ts";
import { vggConv12 } from "./features.ts";
import type { VggWeights } from "./weights.ts";
import type { Size } from "../../pose/types.ts";

/**
 * The distance of two pictures of `size` in features of VGG-19: the mean absolute difference of all values of conv1_2
 * after its ReLU, [64, H, W], from RGB in 0..255 minus the channels' means. (Not LPIPS, which compares normalised
 * features of five layers by learnt weights.) Waits for the GPU.
 */
export function vggDistance(
  device: Device,
  weights: VggWeights,
  { width, height }: Size,
): (a: Picture, b: Picture) => Promise<number> {
  const words = Math.ceil(width * height * 3 / 4);
  const pixels = [device.empty([words]), device.empty([words])];
  const features = vggConv12(device, weights);
  const step = device.capture(() => {
    const [a, b] = pixels.map((words) => features(pixelsToImage(words, [1, height, width])));
    return mean(abs(subtract(a, b)));
  });
  return async (a, b) => {
    [a, b].forEach((picture, i) => device.write(pixels[i], packedWords(picture.pixels, words)));
    step.replay();
    const [distance] = await device.read(step.result);
    return distance;
  };
}
