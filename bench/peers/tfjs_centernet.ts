/** CenterNet as TensorFlow.js runs its published graph, on the WebGPU backend. */
import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../../data/types.ts";
import type { Detection } from "../../networks/centernet/decode.ts";
import { FRAME } from "../../networks/centernet/detector.ts";
import type { GraphFiles } from "../../networks/formats/graph_weights.ts";
import { openGraph } from "./tfjs_graph.ts";

const PERSON = 0;
/** Of a detection: the box's sides, its score and its class. */
const VALUES = 6;

export class TfjsCenterNet {
  private constructor(private readonly graph: tf.GraphModel) {}

  static async open(files: GraphFiles): Promise<TfjsCenterNet> {
    return new TfjsCenterNet(await openGraph(files));
  }

  /**
   * The likeliest person in a picture, in its pixels, or null where none is among those listed: the picture is enlarged
   * or shrunk to fill the frame one way, then black is put on either side.
   */
  async detect({ width, height, pixels }: Picture): Promise<Detection | null> {
    const pixel = Math.max(width, height) / FRAME;
    const size: [number, number] = [Math.round(height / pixel), Math.round(width / pixel)];
    const margins = size.map((side) => {
      const before = Math.floor((FRAME - side) / 2);
      return [before, FRAME - side - before] as [number, number];
    });
    const output = tf.tidy(() => {
      const picture = tf.tensor4d(Float32Array.from(pixels), [1, height, width, 3]);
      const resized = tf.image.resizeBilinear(picture, size, false, true);
      const frame = tf.pad(resized, [[0, 0], ...margins, [0, 0]]);
      return this.graph.execute(frame, "tower_0/detections") as tf.Tensor;
    });
    const values = await output.data();
    output.dispose();
    const [top, left] = margins.map(([before]) => before);
    for (let at = 0; at < values.length; at += VALUES) {
      const [x0, y0, x1, y1, score, kind] = values.slice(at, at + VALUES);
      if (kind !== PERSON) continue;
      return {
        score,
        left: (x0 - left) * pixel,
        top: (y0 - top) * pixel,
        right: (x1 - left) * pixel,
        bottom: (y1 - top) * pixel,
      };
    }
    return null;
  }

  /** The heads' maps, [128, 128, 80] of scores and [128, 128, 4] of distances. */
  async mapsOfFrame(values: Float32Array): Promise<{ scores: Float32Array; sides: Float32Array }> {
    const outputs = tf.tidy(() => {
      const frame = tf.tensor4d(values, [1, FRAME, FRAME, 3]);
      return this.graph.execute(frame, ["tower_0/keypoints", "tower_0/wh"]) as tf.Tensor[];
    });
    const [scores, sides] = await Promise.all(outputs.map((output) => output.data()));
    outputs.forEach((output) => output.dispose());
    return { scores: Float32Array.from(scores), sides: Float32Array.from(sides) };
  }
}
