import type { Picture } from "../data/types.ts";
import type { CapturedStep } from "../engine/capture.ts";
import type { Device } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { add } from "../kernels/elementwise.ts";
import { pixelsToImage } from "../kernels/pixels.ts";
import type { PoolOptions } from "../kernels/pool2d.ts";
import { mean } from "../kernels/reduce.ts";
import { unitDistance } from "../kernels/unit_distance.ts";
import type { Size } from "../pose/types.ts";
import {
  type Convolution,
  type Layer,
  openSequence,
  pointwise,
  type Sequence,
} from "./sequence.ts";
import { type NamedTensors, Weights } from "./weights.ts";

/** Parts of a network for pictures, whose outputs are compared. */
interface Backbone {
  readonly stages: readonly Sequence[];
  /** Pixels that both sides of a picture must have. */
  readonly leastSide: number;
}

/** The `index`-th layer of torchvision's `features`; padded so that a stride of 1 keeps the size. */
function conv(index: number, outputs: number, size = 3): Convolution {
  const padding = (size - 1) / 2;
  return { name: `features.${index}`, outputs, kernel: [size, size], stride: 1, padding };
}

const pool3: PoolOptions = { pool: "max", size: 3, stride: 2, padding: 0 };
const pool2: PoolOptions = { pool: "max", size: 2, stride: 2, padding: 0 };

/** AlexNet (Krizhevsky, "One weird trick", 2014). */
const alexNet: Backbone = {
  stages: [
    [{ ...conv(0, 64, 11), stride: 4, padding: 2 }],
    [pool3, conv(3, 192, 5)],
    [pool3, conv(6, 384)],
    [conv(8, 256)],
    [conv(10, 256)],
  ],
  leastSide: 31,
};

/** VGG-16 (Simonyan & Zisserman, 2015). */
const vgg16: Backbone = {
  stages: [
    [conv(0, 64), conv(2, 64)],
    [pool2, conv(5, 128), conv(7, 128)],
    [pool2, conv(10, 256), conv(12, 256), conv(14, 256)],
    [pool2, conv(17, 512), conv(19, 512), conv(21, 512)],
    [pool2, conv(24, 512), conv(26, 512), conv(28, 512)],
  ],
  leastSide: 16,
};

/** What is taken from values in [-1, 1], and what they are divided by, in R, G and B. */
const SHIFT = [-0.030, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.450];

/**
 * LPIPS, version 0.1 (Zhang et al., "The unreasonable effectiveness of deep features as a perceptual metric", 2018), on
 * a device, for pictures of one size.
 */
export class Lpips {
  readonly #words: Tensor;
  readonly #step: CapturedStep<Tensor>;

  private constructor(readonly device: Device, weights: Weights, readonly size: Size) {
    const { width, height } = size;
    const backbone = weights.tensors.get("features.0.weight")?.shape[2] === 3 ? vgg16 : alexNet;
    if (Math.min(width, height) < backbone.leastSide) {
      throw new RangeError(
        `LPIPS: pictures of ${width}x${height} pixels are too small: both sides need ${backbone.leastSide}`,
      );
    }
    const prepare = preparation(device);
    const stages = openStages(device, weights, backbone);
    const words = device.empty([Math.ceil(2 * width * height * 3 / 4)]);
    this.#words = words;
    this.#step = device.capture(() => {
      let x = prepare(pixelsToImage(words, [2, height, width]));
      const distances = stages.map(({ run, importance }) => {
        x = run(x);
        return mean(unitDistance(x, importance));
      });
      return distances.reduce(add);
    });
  }

  /**
   * Uploads the weights of torchvision's AlexNet or VGG-16 and of LPIPS's linear layers for it, for pictures of `size`.
   * Names are torchvision's and LPIPS's (`features.0.weight`, `lin0.model.1.weight`), or all as the lpips package saves
   * them (`net.slice1.0.weight`).
   * @throws Error where they are of other networks, damaged or not all there, a RangeError where the size is too small.
   */
  static from(device: Device, tensors: NamedTensors, size: Size): Lpips {
    const plain = [...tensors].map(([name, tensor]) =>
      [name.replace(/^net\.slice\d\./, "features."), tensor] as const
    );
    const advice = "AlexNet or VGG-16 of torchvision and LPIPS's linear layers for it";
    return new Lpips(device, new Weights(new Map(plain), "LPIPS", advice), size);
  }

  /**
   * The distance of two pictures: 0 for the same, about 1 for unlike ones. Waits for the GPU.
   * @throws RangeError where a picture is not of the size.
   */
  async distance(a: Picture, b: Picture): Promise<number> {
    const { width, height } = this.size;
    for (const picture of [a, b]) {
      if (picture.width !== width || picture.height !== height) {
        throw new RangeError(
          `LPIPS: a picture of ${picture.width}x${picture.height} pixels must have ${width}x${height}`,
        );
      }
    }
    const words = new Uint32Array(this.#words.size);
    const bytes = new Uint8Array(words.buffer);
    bytes.set(a.pixels);
    bytes.set(b.pixels, a.pixels.length);
    this.device.write(this.#words, words);
    this.#step.replay();
    const [distance] = await this.device.read(this.#step.result);
    return distance;
  }
}

/** (x - shift) / scale of each channel. */
function preparation(device: Device): Layer {
  const weight = Float32Array.from({ length: 9 }, (_, i) => i % 4 === 0 ? 1 / SCALE[i / 4] : 0);
  const bias = Float32Array.from(SHIFT, (shift, i) => -shift / SCALE[i]);
  return pointwise(device, { shape: [3, 3, 1, 1], weight, bias }, "none");
}

/** The stages with the importance of each channel, LPIPS's linear layers. */
function openStages(device: Device, weights: Weights, { stages }: Backbone) {
  let inputs = 3;
  return stages.map((steps, i) => {
    const { run, outputs } = openSequence(device, steps, inputs, ({ name, ...step }, inputs) => {
      const shape = [step.outputs, inputs, ...step.kernel] as const;
      const weight = weights.values(`${name}.weight`, shape);
      return { shape, weight, bias: weights.values(`${name}.bias`, [step.outputs]) };
    });
    inputs = outputs;
    const importance = weights.values(`lin${i}.model.1.weight`, [1, outputs, 1, 1]);
    return { run, importance: device.tensor([outputs], importance) };
  });
}
