import { packedWords } from "../../data/words.ts";
import type { Picture } from "../../data/types.ts";
import type { CapturedStep } from "../../engine/capture.ts";
import type { Device } from "../../engine/device.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { concat, reshape } from "../../kernels/channels.ts";
import { pixelsToImage } from "../../kernels/pixels.ts";
import type { PoolOptions } from "../../kernels/pool2d.ts";
import { sumGroups } from "../../kernels/reduce.ts";
import { resizeBilinear } from "../../kernels/resize_bilinear.ts";
import { inceptionV3 } from "./table.ts";
import {
  type Convolution,
  type ConvolutionWeights,
  type Layer,
  openSequence,
  pointwise,
  type Sequence,
} from "../sequence.ts";
import { type NamedTensors, Weights } from "../weights.ts";

const SIDE = 299;
/** Values of the last pooling. */
const POOLED = 2048;
/** Added to variances in all batch norms. */
const EPSILON = 1e-3;

const average: PoolOptions = { pool: "average", size: 3, stride: 1, padding: 1 };

interface InceptionFamily {
  readonly classes: number;
  readonly network: Sequence;
  /** Whether the logits have biases. */
  readonly biased: boolean;
}

/** The published weights, told apart by their classes. */
const families: readonly InceptionFamily[] = [
  // torchvision's inception_v3_google.
  { classes: 1000, network: inceptionV3(average, average), biased: true },
  // TensorFlow's graph of 2015-12-05, by which FID and IS were defined, as pytorch-fid ports it: means leave out what
  // lies beyond the edge, the last block takes maxima, and IS (Salimans et al., 2016) reads the logits without biases.
  {
    classes: 1008,
    network: inceptionV3({ ...average, pool: "averageInside" }, { ...average, pool: "max" }),
    biased: false,
  },
];

/** What Inception-v3 sees in a picture. */
export interface InceptionFeatures {
  /** Its last map's means, 2048 values: what FID compares. */
  readonly pool: Float32Array;
  /** Of 1000 classes by torchvision's weights, of 1008 by pytorch-fid's: what IS judges. */
  readonly probabilities: Float32Array;
}

/** Inception-v3 on a device. */
export class Inception {
  readonly #frame: Tensor;
  readonly #step: CapturedStep<Tensor>;
  readonly #known = new WeakMap<Picture, Promise<InceptionFeatures>>();

  private constructor(readonly device: Device, weights: Weights) {
    const family = familyOf(weights);
    const { run: network } = openSequence(
      device,
      family.network,
      3,
      (convolution, inputs) => foldedConvolution(weights, convolution, inputs),
    );
    const classify = classifier(device, weights, family);
    const frame = device.empty([1, 3, SIDE, SIDE]);
    this.#frame = frame;
    this.#step = device.capture(() => {
      const maps = network(frame);
      const [, channels, height, width] = maps.shape;
      const [means] = sumGroups([maps], 1, channels, 1 / (height * width));
      const pool = reshape(means, [1, channels, 1, 1]);
      return concat([pool, classify(pool)]);
    });
  }

  /**
   * Uploads the weights of torchvision's `inception_v3_google` or of pytorch-fid's `pt_inception-2015-12-05`, by the
   * names that both use.
   * @throws Error where they are of another network, damaged or not all there.
   */
  static from(device: Device, tensors: NamedTensors): Inception {
    const advice = "inception_v3_google or pt_inception-2015-12-05";
    return new Inception(device, new Weights(tensors, "Inception-v3", advice));
  }

  /**
   * What it sees in a picture, which is brought to 299 x 299 as pytorch-fid does it (bilinear between half-pixel centres,
   * no wider filter where it shrinks) with values in [-1, 1]. Waits for the GPU; a picture is looked at once.
   */
  features(picture: Picture): Promise<InceptionFeatures> {
    const known = this.#known.get(picture) ?? this.#look(picture);
    this.#known.set(picture, known);
    return known;
  }

  async #look({ pixels, height, width }: Picture): Promise<InceptionFeatures> {
    const { device } = this;
    const words = packedWords(pixels);
    device.scope(() => {
      const image = pixelsToImage(device.tensor([words.length], words), [1, height, width]);
      resizeBilinear(image, { height: SIDE, width: SIDE }, this.#frame);
    });
    this.#step.replay();
    const values = await device.read(this.#step.result);
    return { pool: values.slice(0, POOLED), probabilities: softmax(values.subarray(POOLED)) };
  }
}

function familyOf(weights: Weights): InceptionFamily {
  const classes = weights.tensors.get("fc.bias")?.shape[0];
  return families.find((family) => family.classes === classes) ?? families[0];
}

/** The logits [1, classes, 1, 1] of a pooled map [1, 2048, 1, 1]. */
function classifier(device: Device, weights: Weights, { classes, biased }: InceptionFamily): Layer {
  const weight = weights.values("fc.weight", [classes, POOLED]);
  const bias = weights.values("fc.bias", [classes]);
  const shape = [classes, POOLED, 1, 1] as const;
  return pointwise(device, { shape, weight, bias: biased ? bias : bias.fill(0) }, "none");
}

/** A convolution without a bias and the batch norm after it, as one: w weight / deviation, bias - mean weight / deviation. */
function foldedConvolution(
  weights: Weights,
  { name, outputs, kernel }: Convolution,
  inputs: number,
): ConvolutionWeights {
  const shape = [outputs, inputs, ...kernel] as const;
  const weight = weights.values(`${name}.conv.weight`, shape);
  const norm = (value: string) => weights.values(`${name}.bn.${value}`, [outputs]);
  const [scale, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(norm);
  if (variance.some((value) => value < 0)) {
    throw new Error(`Inception-v3: ${name}.bn has variances below 0; get the weights again`);
  }
  const filter = weight.length / outputs;
  for (let o = 0; o < outputs; o++) {
    const factor = scale[o] / Math.sqrt(variance[o] + EPSILON);
    for (let i = o * filter; i < (o + 1) * filter; i++) weight[i] *= factor;
    bias[o] -= mean[o] * factor;
  }
  return { shape, weight, bias };
}

/** Probabilities of logits. */
function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((most, logit) => Math.max(most, logit));
  const shares = Array.from(logits, (logit) => Math.exp(logit - most));
  const total = shares.reduce((sum, share) => sum + share);
  return Float32Array.from(shares, (share) => share / total);
}
