/** The layers of published networks by the names of their weights. */
import type { Device } from "../engine/device.ts";
import { filled } from "../engine/tape.ts";
import type { Shape, Tensor } from "../engine/tensor.ts";
import { conv2d } from "../kernels/conv2d.ts";
import { depthwiseConv2d, type DepthwiseOptions } from "../kernels/depthwise_conv2d.ts";
import {
  packPointwise,
  pointwiseConv2d,
  type PointwiseOptions,
  type PointwiseWeight,
} from "../kernels/pointwise_conv2d.ts";
import type { Weights } from "./weights.ts";

/** The convolutions with their weights on a device. */
export class Layers {
  readonly #tensors = new Map<string, Tensor>();
  readonly #pointwise = new Map<string, PointwiseWeight>();

  /** @throws Error where values are not finite */
  constructor(readonly device: Device, readonly weights: Weights) {
    for (const [name, { shape }] of weights.tensors) {
      const [height, width, inputs, outputs] = shape;
      const data = weights.values(name, shape);
      if (shape.length === 1) {
        this.#tensors.set(name, device.tensor(shape, data));
      } else if (shape.length !== 4) {
        continue;
      } else if (height * width === 1) {
        this.#pointwise.set(name, packPointwise(device, oihw(shape, data), [outputs, inputs]));
      } else if (outputs === 1) {
        this.#tensors.set(name, device.tensor([inputs, 1, height, width], oihw(shape, data)));
      } else {
        // TensorFlow pads an even side only behind it for a stride of 2; as conv2d pads both ends alike, the
        // kernel gets a row and a column of zeros in front.
        const padded = [outputs, inputs, height + 1, width + 1];
        this.#tensors.set(name, device.tensor(padded, oihw(shape, data, 1)));
      }
    }
  }

  /** A convolution of stride 2: [1, O, H / 2, W / 2]. */
  stem(x: Tensor, weight: string, bias: string): Tensor {
    return conv2d(x, this.#tensor(weight), this.#tensor(bias), { stride: 2, padding: 1 });
  }

  /** A convolution of each channel by its own taps. */
  depthwise(x: Tensor, weight: string, bias: string | null, options: DepthwiseOptions): Tensor {
    return depthwiseConv2d(
      x,
      this.#tensor(weight),
      bias === null ? null : this.#tensor(bias),
      options,
    );
  }

  /** A 1x1 convolution. */
  pointwise(x: Tensor, weight: string, bias: string | null, options: PointwiseOptions): Tensor {
    const w = this.#found(this.#pointwise, weight);
    const b = bias === null ? filled(this.device, [w.outChannels], 0) : this.#tensor(bias);
    return pointwiseConv2d(x, w, b, options);
  }

  #tensor(name: string): Tensor {
    return this.#found(this.#tensors, name);
  }

  #found<T>(tensors: ReadonlyMap<string, T>, name: string): T {
    const tensor = tensors.get(name);
    if (tensor) return tensor;
    const shape = this.weights.shape(name); // says where it is missing
    throw new Error(`${this.weights.network}: ${name} cannot have the shape [${shape}]`);
  }
}

/** Values [H, W, I, O] as [O, I, lead + H, lead + W], zero in the leading rows and columns. */
function oihw([height, width, inputs, outputs]: Shape, data: Float32Array, lead = 0) {
  const [rows, columns] = [lead + height, lead + width];
  const values = new Float32Array(outputs * inputs * rows * columns);
  let from = 0;
  for (let y = lead; y < rows; y++) {
    for (let x = lead; x < columns; x++) {
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) {
          values[((o * inputs + i) * rows + y) * columns + x] = data[from++];
        }
      }
    }
  }
  return values;
}
