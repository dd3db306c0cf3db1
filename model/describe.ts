import { sizeOf } from "../engine/tensor.ts";
import type { ModelConfiguration } from "./configuration.ts";
import { discriminatorParameters } from "./discriminator.ts";
import { generatorParameters } from "./generator.ts";
import { KEEP, RESAMPLE } from "./layers.ts";
import { countParameters, type ParameterShape } from "./parameters.ts";

/** One layer of a network, as `info` shows it. */
export interface LayerDescription {
  /** generator.appearance.0, ... */
  readonly name: string;
  /** Channels, height, width of what it gives. */
  readonly output: readonly [channels: number, height: number, width: number];
  readonly parameters: number;
  /** Billions of operations for a picture, forward; a multiply-add counts two. */
  readonly gflop: number;
}

/** What a model is made of and what it costs. */
export interface ModelDescription {
  readonly layers: readonly LayerDescription[];
  readonly generatorParameters: number;
  readonly discriminatorParameters: number;
  /** Of the generator, forward, for a picture. */
  readonly gflopPerPicture: number;
}

/** Lists the convolution layers of both networks with their shapes and costs. */
export function describeModel(configuration: ModelConfiguration): ModelDescription {
  const generator = generatorParameters(configuration);
  const discriminator = discriminatorParameters(configuration);
  const generatorLayers = describeLayers(generator, configuration);
  return {
    layers: [...generatorLayers, ...describeLayers(discriminator, configuration)],
    generatorParameters: countParameters(generator),
    discriminatorParameters: countParameters(discriminator),
    gflopPerPicture: generatorLayers.reduce((total, { gflop }) => total + gflop, 0),
  };
}

function describeLayers(
  shapes: readonly ParameterShape[],
  configuration: ModelConfiguration,
): LayerDescription[] {
  const weights = shapes.filter(({ name }) => /\.\d+\.weight$/.test(name));
  let size: readonly [number, number] = [0, 0];
  return weights.map(({ name: weightName, shape }) => {
    const name = weightName.replace(/\.weight$/, "");
    const [network, index] = [name.replace(/\.\d+$/, ""), Number(/\d+$/.exec(name))];
    const transposed = network.endsWith("decoder") && index < configuration.levels - 1;
    size = layerSize(network, index, size, configuration);
    const channels = shape[transposed ? 1 : 0];
    // A weight of a transposed convolution meets every input pixel, of which there are a quarter.
    const meetings = size[0] * size[1] / (transposed ? RESAMPLE.stride ** 2 : 1);
    return {
      name,
      output: [channels, ...size],
      parameters: countParameters(shapes.filter((other) => other.name.startsWith(`${name}.`))),
      gflop: 2 * sizeOf(shape) * meetings / 1e9,
    };
  });
}

/** Height and width after a layer, from those after the layer before it. */
function layerSize(
  network: string,
  index: number,
  before: readonly [number, number],
  { size: { height, width }, levels }: ModelConfiguration,
): readonly [number, number] {
  const halved = (length: number, padding: number) =>
    Math.floor((length + 2 * padding - RESAMPLE.kernel) / RESAMPLE.stride) + 1;
  if (network === "discriminator") {
    const input = index === 0 ? [height, width] : before;
    const padding = index === 0 ? 0 : RESAMPLE.padding;
    return [halved(input[0], padding), halved(input[1], padding)];
  }
  if (network.endsWith("decoder")) {
    const depth = Math.max(0, levels - 2 - index);
    return [height / 2 ** depth, width / 2 ** depth];
  }
  return index === 0
    ? [height / KEEP.stride, width / KEEP.stride]
    : [halved(before[0], RESAMPLE.padding), halved(before[1], RESAMPLE.padding)];
}
