/** The convolutions of a model, each with all that its own benchmark needs to know. */
import type { Shape } from "../engine/tensor.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { describeModel } from "../model/describe.ts";
import { discriminatorParameters } from "../model/discriminator.ts";
import { generatorParameters } from "../model/generator.ts";
import { KEEP, RESAMPLE } from "../model/layers.ts";
import { BATCH } from "./workload.ts";

/** What of a layer is measured: forward, or the gradient of its input or its weight. */
export const passes = ["forward", "input", "weight"] as const;
export type Pass = (typeof passes)[number];

/** One convolution: x [N, C, H, W], weight OIHW, or IOHW where it is transposed. No bias. */
export interface Layer {
  /** generator.appearance.0, ... */
  readonly name: string;
  readonly transposed: boolean;
  readonly input: Shape;
  readonly weight: Shape;
  readonly output: Shape;
  readonly stride: number;
  readonly padding: number;
}

/** The model's convolutions at the batch of a training step; of layers with equal shapes, the first. */
export function convolutions(configuration: ModelConfiguration): Layer[] {
  const { levels, size } = configuration;
  const parameters = [
    ...generatorParameters(configuration),
    ...discriminatorParameters(configuration),
  ];
  let before: Shape = [];
  const layers = describeModel(configuration).layers.map(({ name, output }): Layer => {
    const weight = parameters.find((parameter) => parameter.name === `${name}.weight`)!.shape;
    const [, network, index] = /^(.*)\.(\d+)$/.exec(name)!;
    const decoder = network.endsWith("decoder");
    const transposed = decoder && Number(index) < levels - 1;
    const isFirst = index === "0" && !decoder;
    const [height, width] = isFirst ? [size.height, size.width] : before.slice(1);
    before = output;
    return {
      name,
      transposed,
      input: [BATCH, weight[transposed ? 0 : 1], height, width],
      weight,
      output: [BATCH, ...output],
      stride: weight[2] === KEEP.kernel ? KEEP.stride : RESAMPLE.stride,
      padding: name === "discriminator.0" ? 0 : RESAMPLE.padding,
    };
  });
  const shapes = ({ input, weight }: Layer) => `${input} ${weight}`;
  return layers.filter((layer, i) =>
    layers.findIndex((other) => shapes(other) === shapes(layer)) === i
  );
}
