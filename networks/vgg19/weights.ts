/**
 * The first convolutions of VGG-19 (Simonyan & Zisserman, 2015), whose activations the perceptual losses compare.
 * Published files differ in names and in the order and scale of the channels they expect; all are brought to one
 * form: input = RGB in 0..255 minus `mean`, weights OIHW. That is exact at the padding too, where a zero stays a zero.
 */
import type { Shape } from "../../engine/tensor.ts";
import { type NamedTensors, Weights } from "../weights.ts";

/** Weights of one convolution (3x3, stride 1, padding 1): `weight` in OIHW order, one `bias` per output. */
export interface VggConvolution {
  readonly shape: readonly [number, number, 3, 3];
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

const shapes = {
  conv1_1: [64, 3, 3, 3],
  conv1_2: [64, 64, 3, 3],
  conv2_1: [128, 64, 3, 3],
} as const;

export type VggLayer = keyof typeof shapes;

/** `mean` is the R, G and B (0..255) to subtract from the picture before conv1_1. */
export interface VggWeights {
  readonly mean: readonly number[];
  readonly layers: Readonly<Record<VggLayer, VggConvolution>>;
}

/** How a family of files names the layers, and how it prepares channel i of a picture: (x[order[i]] - mean[i]) / std[i]. */
interface VggFamily {
  readonly names: Readonly<Record<VggLayer, string>>;
  readonly conv3_2: string;
  readonly conv3_4: string;
  readonly order: readonly number[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const families: readonly VggFamily[] = [
  { // Keras, from the authors' Caffe weights
    names: { conv1_1: "block1_conv1", conv1_2: "block1_conv2", conv2_1: "block2_conv1" },
    conv3_2: "block3_conv2",
    conv3_4: "block3_conv4",
    order: [2, 1, 0],
    mean: [103.939, 116.779, 123.68],
    std: [1, 1, 1],
  },
  { // torchvision and timm
    names: { conv1_1: "features.0", conv1_2: "features.2", conv2_1: "features.5" },
    conv3_2: "features.12",
    conv3_4: "features.16",
    order: [0, 1, 2],
    mean: [0.485, 0.456, 0.406].map((value) => value * 255),
    std: [0.229, 0.224, 0.225].map((value) => value * 255),
  },
];

const layers = Object.keys(shapes) as VggLayer[];
const LARGEST_VALUE = 10; // the published weights stay below 2

/**
 * The tensors to take from a published file with the given names (a full VGG-19 has 80 MB and more, these are 0.5 MB).
 * @throws Error where the file is not a VGG-19.
 */
export function vggTensorNames(names: Iterable<string>): string[] {
  const present = new Set(names);
  const { names: prefixes } = familyOf(present);
  return layers.flatMap((layer) => [`${prefixes[layer]}.weight`, `${prefixes[layer]}.bias`]);
}

/**
 * Brings the tensors of a published VGG-19 (at least those of `vggTensorNames`) to the form above.
 * @throws Error where they are not VGG-19's, or of another shape, not finite, all zero or implausibly large
 */
export function convertVggWeights(tensors: NamedTensors): VggWeights {
  const family = familyOf(new Set(tensors.keys()));
  const { conv1_1, ...rest } = readLayers(tensors, family.names);
  const mean = family.order.map((_, rgb) => family.mean[family.order.indexOf(rgb)]);
  return { mean, layers: { conv1_1: withRgbInput(conv1_1, family), ...rest } };
}

function familyOf(names: ReadonlySet<string>): VggFamily {
  const family = families.find((family) => names.has(`${family.names.conv1_1}.weight`));
  if (family === undefined) {
    const known = families.map((family) => `${family.names.conv1_1}.weight`).join(" or ");
    throw new Error(
      `VGG-19: no ${known} in the file; give VGG-19 weights of Keras, torchvision or timm`,
    );
  }
  if (names.has(`${family.conv3_2}.weight`) && !names.has(`${family.conv3_4}.weight`)) {
    throw new Error("VGG-19: the file holds a shallower network (VGG-16?); give VGG-19 weights");
  }
  return family;
}

function readLayers(
  tensors: NamedTensors,
  names: Readonly<Record<VggLayer, string>>,
): Record<VggLayer, VggConvolution> {
  const weights = new Weights(tensors, "VGG-19", "plain VGG-19 weights");
  const read = (layer: VggLayer): VggConvolution => ({
    shape: shapes[layer],
    weight: plausible(weights, `${names[layer]}.weight`, shapes[layer]),
    bias: plausible(weights, `${names[layer]}.bias`, [shapes[layer][0]]),
  });
  return { conv1_1: read("conv1_1"), conv1_2: read("conv1_2"), conv2_1: read("conv2_1") };
}

/** The values of a tensor. @throws Error where no trained weights look like them. */
function plausible(weights: Weights, name: string, shape: Shape): Float32Array {
  const values = weights.values(name, shape);
  if (values.every((value) => value === 0)) {
    throw new Error(`VGG-19: ${name} is all zero; the file was never filled, get it again`);
  }
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest <= LARGEST_VALUE) return values;
  throw new Error(
    `VGG-19: ${name} holds ${largest}, beyond any trained weight; the file is damaged, get it again`,
  );
}

function withRgbInput({ shape, weight, bias }: VggConvolution, family: VggFamily): VggConvolution {
  const [outputs, inputs] = shape;
  const taps = 9;
  const converted = new Float32Array(weight.length);
  for (let i = 0; i < outputs * inputs; i++) {
    const input = i % inputs;
    const target = (i - input + family.order[input]) * taps;
    for (let tap = 0; tap < taps; tap++) {
      converted[target + tap] = weight[i * taps + tap] / family.std[input];
    }
  }
  return { shape, weight: converted, bias };
}
