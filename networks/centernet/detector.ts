import type { Device } from "../../engine/device.ts";
import { addScalar, scale } from "../../kernels/elementwise.ts";
import { type NamedTensors, Weights } from "../weights.ts";
import { Layers } from "../graph_layers.ts";
import { Viewer, wholeSquare } from "../viewer.ts";
import type { Picture } from "../../data/types.ts";
import { decode, type Detection } from "./decode.ts";
import { centerNet } from "./network.ts";

/** Pixels along a side of the frame that the network was made for. */
export const FRAME = 512;

/** What the published names begin with. */
const PREFIX = /^tower_0\//;

/** CenterNet on a device: finds the likeliest person in a picture. */
export class PersonDetector {
  readonly #viewer: Viewer;

  private constructor(device: Device, weights: Weights) {
    const layers = new Layers(device, weights);
    this.#viewer = new Viewer(
      device,
      FRAME,
      (frame) => centerNet(layers, addScalar(scale(frame, 127.5), 127.5)),
    );
  }

  /** Uploads the weights. @throws Error where they are not CenterNet's. */
  static from(device: Device, tensors: NamedTensors): PersonDetector {
    const named = new Map([...tensors].map(([name, tensor]) => [name.replace(PREFIX, ""), tensor]));
    return new PersonDetector(device, new Weights(named, "CenterNet", "centernet.json and .bin"));
  }

  /**
   * The likeliest person, in pixels from the picture's edges; there is always one, with a score below 0.1 where
   * nobody is seen. The picture stands in the middle of a black square, which is brought to the frame. Waits for the GPU.
   * @throws RangeError where the picture has not as many pixels as it says.
   */
  async detect(picture: Picture): Promise<Detection> {
    const square = wholeSquare(picture);
    const { maps, side } = await this.#viewer.look(picture, square);
    const { score, ...box } = decode(maps, side);
    const pixel = square.size / FRAME;
    return {
      score,
      left: square.left + pixel * box.left,
      top: square.top + pixel * box.top,
      right: square.left + pixel * box.right,
      bottom: square.top + pixel * box.bottom,
    };
  }
}
