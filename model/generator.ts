/**
 * The generator (paper, section 3.1 and figure 2): two encoders, one of the source's appearance and pose,
 * one of the target pose, and a decoder that gets the appearance skips moved part by part.
 * The Baseline of the ablation has a single encoder of everything and plain skips.
 */
import type { Random } from "../engine/random.ts";
import type { Tensor } from "../engine/tensor.ts";
import { concat, concatRelu } from "../kernels/channels.ts";
import { conv2d, leakyConv2d } from "../kernels/conv2d.ts";
import { convTranspose2d } from "../kernels/conv_transpose2d.ts";
import { deform } from "../kernels/deform.ts";
import { dropout } from "../kernels/dropout.ts";
import { tanh } from "../kernels/elementwise.ts";
import { regionMasks } from "../kernels/region_masks.ts";
import type { ModelConfiguration } from "./configuration.ts";
import type { Inputs } from "./inputs.ts";
import { DROPOUT_RATE, KEEP, normalize, RESAMPLE } from "./layers.ts";
import { blockShapes, parameter, type Parameters, type ParameterShape } from "./parameters.ts";

/** Skips of the highest resolutions are deformed, deeper ones passed as they are. */
export const DEFORMED_LEVELS = 4;
/** The first decoder layers drop half of their values: the noise z. */
const DROPOUT_LAYERS = 3;

/** Channels that each encoder layer gives: w, 2w, 4w, then 8w. */
function encoderChannels({ width, levels }: ModelConfiguration): number[] {
  return Array.from({ length: levels }, (_, i) => width * Math.min(2 ** i, 8));
}

/** The encoders' names and input channels. */
function encoderInputs({ deformable, skeleton }: ModelConfiguration): [string, number][] {
  const joints = skeleton.joints.length;
  return deformable
    ? [["appearance", 3 + joints], ["pose", joints]]
    : [["appearance", 3 + 2 * joints]];
}

/** Names and shapes of the generator's parameters, in the order of architecture.md. */
export function generatorParameters(configuration: ModelConfiguration): ParameterShape[] {
  const channels = encoderChannels(configuration);
  const inputs = encoderInputs(configuration);
  const last = configuration.levels - 1;
  const { kernel: resample } = RESAMPLE;
  const encoders = inputs.flatMap(([encoder, inChannels]) =>
    channels.flatMap((out, i) => {
      const name = `generator.${encoder}.${i}`;
      if (i === 0) {
        const weight = [out, inChannels, KEEP.kernel, KEEP.kernel];
        return blockShapes(name, weight, { bias: out }, configuration);
      }
      const weight = [out, channels[i - 1], resample, resample];
      return blockShapes(name, weight, { norm: i < last ? out : 0 }, configuration);
    })
  );
  const outputs = channels.slice(1).toReversed();
  const decoder = outputs.flatMap((out, i) => {
    const skips = inputs.length * channels[last - i];
    const weight = [skips + (i === 0 ? 0 : outputs[i - 1]), out, resample, resample];
    return blockShapes(`generator.decoder.${i}`, weight, { norm: out }, configuration);
  });
  const final = [3, channels[1] + inputs.length * channels[0], KEEP.kernel, KEEP.kernel];
  return [
    ...encoders,
    ...decoder,
    ...blockShapes(`generator.decoder.${last}`, final, { bias: 3 }, configuration),
  ];
}

/** Features of an encoder at each level, highest resolution first. */
function encode(
  x: Tensor,
  name: string,
  parameters: Parameters,
  configuration: ModelConfiguration,
): Tensor[] {
  const weight = (i: number) => parameter(parameters, `${name}.${i}.weight`);
  const features = [conv2d(x, weight(0), parameter(parameters, `${name}.0.bias`), KEEP)];
  for (let i = 1; i < configuration.levels; i++) {
    const y = leakyConv2d(features[i - 1], weight(i), null, RESAMPLE);
    const last = i === configuration.levels - 1;
    features.push(last ? y : normalize(y, parameters, `${name}.${i}`, configuration));
  }
  return features;
}

/** The skip features of one level, moved from the source's pose to the target's. */
function deformedSkip(
  features: Tensor,
  level: number,
  { maps, regions }: Inputs,
  { regions: drawn, sampling, fusion }: ModelConfiguration,
): Tensor {
  const [, , height, width] = features.shape;
  const style = drawn === "released" ? drawn : "paper";
  const masks = regionMasks(regions, { height, width }, { level, style });
  const paper = style === "paper";
  return deform(features, maps, masks, {
    level,
    sampling,
    fusion,
    maskOn: paper ? "source" : "target",
    identity: paper,
  });
}

/** What the decoder gets of each level: lists of tensors to concatenate. */
function skips(
  inputs: Inputs,
  parameters: Parameters,
  configuration: ModelConfiguration,
): Tensor[][] {
  const { source, sourceHeat, targetHeat } = inputs;
  if (!configuration.deformable) {
    const all = concat([source, sourceHeat, targetHeat]);
    return encode(all, "generator.appearance", parameters, configuration).map((level) => [level]);
  }
  const appearance = encode(
    concat([source, sourceHeat]),
    "generator.appearance",
    parameters,
    configuration,
  );
  const pose = encode(targetHeat, "generator.pose", parameters, configuration);
  return appearance.map((features, level) => [
    level < DEFORMED_LEVELS ? deformedSkip(features, level, inputs, configuration) : features,
    pose[level],
  ]);
}

/**
 * Paints the source person in the target pose: [N, 3, H, W] in [-1, 1].
 * `noise` draws the dropout of the first decoder layers; without it nothing is dropped.
 */
export function generator(
  inputs: Inputs,
  parameters: Parameters,
  configuration: ModelConfiguration,
  noise: Random | null,
): Tensor {
  const levels = skips(inputs, parameters, configuration).toReversed();
  const last = configuration.levels - 1;
  let x = concatRelu(levels[0]);
  for (let i = 0; i < last; i++) {
    const name = `generator.decoder.${i}`;
    const weight = parameter(parameters, `${name}.weight`);
    x = normalize(
      convTranspose2d(x, weight, null, RESAMPLE),
      parameters,
      name,
      configuration,
    );
    if (noise && i < DROPOUT_LAYERS) x = dropout(x, DROPOUT_RATE, noise);
    x = concatRelu([x, ...levels[i + 1]]);
  }
  const name = `generator.decoder.${last}`;
  const weight = parameter(parameters, `${name}.weight`);
  return tanh(conv2d(x, weight, parameter(parameters, `${name}.bias`), KEEP));
}
