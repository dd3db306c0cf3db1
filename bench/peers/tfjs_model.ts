/**
 * The networks in TensorFlow.js, NHWC, its own order. Left out, all of it less work than Repose's: the warps
 * of the skips (there is no differentiable sampling by a map), dropout, and the nearest-neighbour loss.
 */
import * as tf from "@tensorflow/tfjs";
import { benchConfiguration, type Workload } from "../workload.ts";

/** [N, H, W, C]. */
export type Image = tf.Tensor4D;

export interface Inputs {
  readonly source: Image;
  readonly target: Image;
  readonly sourceHeat: Image;
  readonly targetHeat: Image;
}

/** OIHW -> HWIO for convolutions, IOHW -> HWOI for transposed ones. */
const WEIGHT_ORDER = [2, 3, 1, 0];

const { levels, discriminatorLevels } = benchConfiguration(1);

/** Both networks. */
export class Model {
  readonly weights: ReadonlyMap<string, tf.Variable>;

  constructor(workload: Workload) {
    const parameters = [...workload].filter(([name]) => /^(generator|discriminator)/.test(name));
    this.weights = new Map(parameters.map(([name, { shape, data }]) => {
      const value = tf.tensor(data, [...shape]);
      return [name, tf.variable(shape.length === 4 ? value.transpose(WEIGHT_ORDER) : value)];
    }));
  }

  /** Pictures [N, H, W, 3] in [-1, 1]. */
  generator({ source, sourceHeat, targetHeat }: Inputs): Image {
    const appearance = this.#encode(tf.concat([source, sourceHeat], 3), "generator.appearance");
    const pose = this.#encode(targetHeat, "generator.pose");
    const last = levels - 1;
    let x = tf.concat([appearance[last], pose[last]], 3);
    for (let i = 0; i < last; i++) {
      const name = `generator.decoder.${i}`;
      const y = this.#normalize(upsample(tf.relu(x), this.#weight(name)), name);
      x = tf.concat([y, appearance[last - 1 - i], pose[last - 1 - i]], 3);
    }
    return tf.tanh(this.#biased(tf.relu(x), `generator.decoder.${last}`, 1, 1));
  }

  /** Logits [N, h, w, 1]. */
  discriminator(image: Image, { source, sourceHeat, targetHeat }: Inputs): Image {
    const all = tf.concat([source, sourceHeat, image, targetHeat], 3);
    let x = this.#biased(all, "discriminator.0", 2, 0);
    const last = discriminatorLevels - 1;
    for (let i = 1; i <= last; i++) {
      const name = `discriminator.${i}`;
      x = tf.conv2d(tf.leakyRelu(x, 0.2), this.#weight(name), 2, 1);
      if (i < last) x = this.#normalize(x, name);
    }
    return x;
  }

  #encode(x: Image, name: string): Image[] {
    const features = [this.#biased(x, `${name}.0`, 1, 1)];
    for (let i = 1; i < levels; i++) {
      const active = tf.leakyRelu(features[i - 1], 0.2);
      const y = tf.conv2d(active, this.#weight(`${name}.${i}`), 2, 1);
      features.push(i < levels - 1 ? this.#normalize(y, `${name}.${i}`) : y);
    }
    return features;
  }

  #normalize(x: Image, name: string): Image {
    const { mean, variance } = tf.moments(x, [1, 2], true);
    const [weight, bias] = [this.#get(`${name}.norm.weight`), this.#get(`${name}.norm.bias`)];
    return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(weight).add(bias);
  }

  #biased(x: Image, name: string, stride: number, padding: number): Image {
    return tf.conv2d(x, this.#weight(name), stride, padding).add(this.#get(`${name}.bias`));
  }

  #weight(name: string): Image {
    return this.#get(`${name}.weight`) as tf.Tensor as Image;
  }

  #get(name: string): tf.Variable {
    return this.weights.get(name)!;
  }
}

/** Transposed convolution that doubles the resolution; weight HWOI. */
function upsample(x: Image, weight: Image): Image {
  const [batch, height, width] = x.shape;
  return tf.conv2dTranspose(x, weight, [batch, 2 * height, 2 * width, weight.shape[2]], 2, 1);
}
