/** The losses of the paper (section 4): adversarial, and one of three reconstructions. */
import type { Device } from "../engine/device.ts";
import { detach } from "../engine/tape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { bceWithLogits } from "../kernels/bce_with_logits.ts";
import { abs, add, scale, subtract } from "../kernels/elementwise.ts";
import { nearestPatch } from "../kernels/nearest_patch.ts";
import { mean } from "../kernels/reduce.ts";
import type { ModelConfiguration } from "./configuration.ts";
import { colourPatches, vggConv12, vggConv21 } from "../networks/vgg19/features.ts";
import type { VggWeights } from "../networks/vgg19/weights.ts";

/** -E log D(real) - E log(1 - D(fake)), from the logits of as many real pictures as, after them, painted ones; [1]. */
export function discriminatorLoss(logits: Tensor): Tensor {
  return bceWithLogits(logits, 1, 0);
}

/** -E log D(fake), from logits; [1]. */
export function adversarialLoss(fake: Tensor): Tensor {
  return bceWithLogits(fake, 1);
}

/** A loss [1] between a generated picture and the real one, already times its factor. */
export type ReconstructionLoss = (generated: Tensor, real: Tensor) => Tensor;

/**
 * The reconstruction loss that the configuration asks for. Without VGG weights the nearest-neighbour
 * loss compares 3x3 colour patches.
 *
 * @param l1 factor of an L1 distance of the pixels that is added to it
 * @throws Error when the perceptual loss has no VGG weights.
 */
export function reconstructionLoss(
  device: Device,
  configuration: ModelConfiguration,
  vgg: VggWeights | null,
  l1 = 0,
): ReconstructionLoss {
  const loss = lossOfVariant(device, configuration, vgg);
  if (l1 === 0) return loss;
  return (generated, real) => add(loss(generated, real), scale(meanDistance(generated, real), l1));
}

function lossOfVariant(
  device: Device,
  { reconstruction: { kind, factor }, window }: ModelConfiguration,
  vgg: VggWeights | null,
): ReconstructionLoss {
  if (kind === "l1") return (generated, real) => scale(meanDistance(generated, real), factor);
  if (kind === "perceptual") {
    if (!vgg) throw new Error("the perceptual loss needs VGG-19 weights: give --vgg FILE");
    const features = vggConv21(device, vgg);
    return (generated, real) => scale(meanDistance(features(generated), features(real)), factor);
  }
  const features = vgg ? vggConv12(device, vgg) : colourPatches(device);
  return (generated, real) =>
    scale(nearestPatch(features(generated), detach(features(real)), window), factor);
}

function meanDistance(a: Tensor, b: Tensor): Tensor {
  return mean(abs(subtract(a, b)));
}
