/**
 * The conditional patch discriminator (paper, section 3.1): is `image` a picture of the source's person
 * in the target pose? D(xa, Ha, y, Hb), one logit a patch; D itself is their sigmoid.
 */
import type { Random } from "../engine/random.ts";
import type { Tensor } from "../engine/tensor.ts";
import { concat } from "../kernels/channels.ts";
import { conv2d, leakyConv2d } from "../kernels/conv2d.ts";
import { dropout } from "../kernels/dropout.ts";
import type { ModelConfiguration } from "./configuration.ts";
import type { Inputs } from "./inputs.ts";
import { DROPOUT_RATE, normalize, RESAMPLE } from "./layers.ts";
import { blockShapes, parameter, type Parameters, type ParameterShape } from "./parameters.ts";

/** Names and shapes of the discriminator's parameters: w, 2w, 4w, ... channels, then one. */
export function discriminatorParameters(configuration: ModelConfiguration): ParameterShape[] {
  const { width, discriminatorLevels, skeleton } = configuration;
  const last = discriminatorLevels - 1;
  let inChannels = 2 * (3 + skeleton.joints.length);
  return Array.from({ length: discriminatorLevels }, (_, i) => {
    const out = i === last ? 1 : width * 2 ** i;
    const weight = [out, inChannels, RESAMPLE.kernel, RESAMPLE.kernel];
    inChannels = out;
    const extras = { bias: i === 0 ? out : 0, norm: i > 0 && i < last ? out : 0 };
    return blockShapes(`discriminator.${i}`, weight, extras, configuration);
  }).flat();
}

/**
 * Logits [M, 1, h, w] of the images [M, 3, H, W] in [-1, 1] being real, where M is a multiple of the inputs' N: image m
 * is judged as one of the subject m % N.
 * `noise` draws the dropout after each norm where the configuration has dropout in both networks.
 */
export function discriminator(
  images: Tensor,
  { source, sourceHeat, targetHeat }: Inputs,
  parameters: Parameters,
  configuration: ModelConfiguration,
  noise: Random | null,
): Tensor {
  const last = configuration.discriminatorLevels - 1;
  const weight = (i: number) => parameter(parameters, `discriminator.${i}.weight`);
  // The first layer alone has a bias, and no padding.
  let x = conv2d(
    concat([source, sourceHeat, images, targetHeat]),
    weight(0),
    parameter(parameters, "discriminator.0.bias"),
    { ...RESAMPLE, padding: 0 },
  );
  for (let i = 1; i <= last; i++) {
    x = leakyConv2d(x, weight(i), null, RESAMPLE);
    if (i === last) break;
    x = normalize(x, parameters, `discriminator.${i}`, configuration);
    if (noise && configuration.dropout === "both") x = dropout(x, DROPOUT_RATE, noise);
  }
  return x;
}
