import type { Picture } from "../data/types.ts";
import { packedWords } from "../data/words.ts";
import type { CapturedStep } from "../engine/capture.ts";
import type { Device } from "../engine/device.ts";
import type { Tensor } from "../engine/tensor.ts";
import { cropAndResize, type Square } from "../kernels/crop_and_resize.ts";
import type { Size } from "../pose/types.ts";

/** What a network says of a square: its maps, one after the other, `side` cells high and wide. */
export interface Maps {
  readonly maps: Float32Array;
  readonly side: number;
}

/** A network that looks at squares of pictures, all brought to its frame. */
export class Viewer {
  readonly #frame: Tensor;
  readonly #step: CapturedStep<Tensor>;

  /**
   * @param side of the frame, in pixels
   * @param network gives square maps [1, C, S, S] of the frame [1, 3, side, side] in [-1, 1]
   */
  constructor(readonly device: Device, side: number, network: (frame: Tensor) => Tensor) {
    const frame = device.empty([1, 3, side, side]);
    this.#frame = frame;
    this.#step = device.capture(() => network(frame));
  }

  /**
   * What the network says of a square of a picture, black where that reaches beyond it. Waits for the GPU.
   * @throws RangeError where the picture has not as many pixels as it says.
   */
  async look(picture: Picture, square: Square): Promise<Maps> {
    const words = packedWords(picture.pixels);
    this.device.scope(() =>
      cropAndResize(this.device.tensor([words.length], words), picture, square, this.#frame)
    );
    this.#step.replay();
    const maps = this.#step.result;
    return { maps: await maps.read(), side: maps.shape[3] };
  }
}

/** The smallest square that holds a picture, with as much beyond it on either side. */
export function wholeSquare({ width, height }: Size): Square {
  const size = Math.max(width, height);
  return { left: (width - size) / 2, top: (height - size) / 2, size };
}
