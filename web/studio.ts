/** A model on this machine's GPU: paints people, and finds their poses in photos. */
import { makeBatch } from "../data/batch.ts";
import type { Sample } from "../data/dataset.ts";
import type { Picture } from "../data/pictures/picture.ts";
import { Device } from "../engine/device.ts";
import { type Checkpoint, checkpointGenerator } from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { PoseEstimator } from "../networks/movenet/estimator.ts";
import type { GraphWeights } from "../networks/formats/graph_weights.ts";
import { Painter } from "../repose/painter.ts";
import type { Joints } from "../pose/types.ts";

export class Studio {
  #estimator: PoseEstimator | null = null;

  private constructor(readonly device: Device, readonly painter: Painter) {}

  /** Opens the GPU and uploads a generator. Throws an Error where the file or the GPU does not do. */
  static async open(checkpoint: Checkpoint): Promise<Studio> {
    const generator = checkpointGenerator(checkpoint);
    const device = await Device.open();
    try {
      return new Studio(device, Painter.from(device, generator));
    } catch (error) {
      device.close();
      throw error;
    }
  }

  get configuration(): ModelConfiguration {
    return this.painter.configuration;
  }

  /** Resolves to the reason when the GPU goes away other than by `close`. */
  async lost(): Promise<string> {
    const { reason, message } = await this.device.gpu.lost;
    return reason === "destroyed" ? new Promise(() => {}) : message;
  }

  /** The person of a sample in the model's frame, with their joints at `joints`. */
  async paint(person: Sample, joints: Joints): Promise<Picture> {
    const { size, skeleton, regions } = this.configuration;
    const pair = { source: person, target: { ...person, joints } };
    const pixels = await this.painter.paint(makeBatch([pair], skeleton, regions), null);
    return { ...size, pixels };
  }

  /** The joints of the person in a photo, in its pixels; null where they are not seen. */
  async findPose(photo: Picture, weights: GraphWeights): Promise<Joints> {
    this.#estimator ??= PoseEstimator.from(this.device, weights);
    return (await this.#estimator.estimate(photo)).joints;
  }

  close(): void {
    this.device.close();
  }
}
