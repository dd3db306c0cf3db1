/** MoveNet as TensorFlow.js runs its published graph, on the WebGPU backend. */
import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../../data/types.ts";
import type { Square } from "../../kernels/crop_and_resize.ts";
import type { FoundJoint } from "../../networks/movenet/decode.ts";
import type { GraphFiles } from "../../networks/formats/graph_weights.ts";
import { openGraph } from "./tfjs_graph.ts";

const JOINTS = 17;
const CELL = 4;
/** The graph's node from which the frame, whole numbers before, is of floats. */
const CAST = "StatefulPartitionedCall/Cast";

export class TfjsMoveNet {
  /** The graph's last factor, one divided by the cells of a side, is stored as float16: 0.02% too small for 48. */
  readonly #scale: number;

  private constructor(private readonly graph: tf.GraphModel, private readonly side: number) {
    const [factor] = new Float16Array([CELL / side]);
    this.#scale = CELL / side / factor;
  }

  /** @param side of the frame that the graph takes, in pixels */
  static async open(files: GraphFiles, side: number): Promise<TfjsMoveNet> {
    return new TfjsMoveNet(await openGraph(files), side);
  }

  /** The joints in a frame [1, side, side, 3] of values in 0..255, as shares of its sides. */
  async lookAtFrame(values: Float32Array): Promise<FoundJoint[]> {
    return await this.#joints(() => ({
      [CAST]: tf.tensor4d(values, [1, this.side, this.side, 3]),
    }));
  }

  /** The joints in a square of a picture, as shares of its sides, with TensorFlow.js's own resampling. */
  async lookAtSquare(
    { width, height, pixels }: Picture,
    { left, top, size }: Square,
  ): Promise<FoundJoint[]> {
    return await this.#joints(() => {
      const picture = tf.tensor4d(Int32Array.from(pixels), [1, height, width, 3], "int32");
      const edges = [top / height, left / width, (top + size) / height, (left + size) / width];
      // Its first and last pixels lie on the edges; these are to lie half a pixel inside.
      const half = size / this.side / 2;
      const insets = [half / height, half / width, -half / height, -half / width];
      const offsets = [0.5 / height, 0.5 / width, 0.5 / height, 0.5 / width];
      const spans = [height / (height - 1), width / (width - 1)];
      const box = edges.map((edge, i) => (edge + insets[i] - offsets[i]) * spans[i % 2]);
      const sides: [number, number] = [this.side, this.side];
      return { input: tf.image.cropAndResize(picture, [box], [0], sides, "bilinear").toInt() };
    });
  }

  async #joints(makeInput: () => tf.NamedTensorMap): Promise<FoundJoint[]> {
    const output = tf.tidy(() => this.graph.execute(makeInput(), "Identity") as tf.Tensor);
    const values = await output.data();
    output.dispose();
    return Array.from({ length: JOINTS }, (_, joint) => {
      const [y, x, score] = values.slice(3 * joint, 3 * joint + 3);
      return { x: x * this.#scale, y: y * this.#scale, score };
    });
  }
}
