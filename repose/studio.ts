import type { Picture } from "../data/types.ts";
import { type DebugOptions, Device } from "../engine/device.ts";
import { type Checkpoint, checkpointGenerator } from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { PoseEstimator } from "../networks/movenet/estimator.ts";
import type { NamedTensors } from "../networks/weights.ts";
import type { Joints } from "../pose/types.ts";
import { Painter } from "./painter.ts";

/** Finds the joints of the people in a picture, the largest first; none where nobody is seen. */
export type FindPeople = (picture: Picture) => Promise<readonly Joints[]>;

/** MoveNet on a device; its weights are read when the first picture comes. */
export function peopleFinder(device: Device, readWeights: () => Promise<NamedTensors>): FindPeople {
  let estimator: Promise<PoseEstimator> | undefined;
  return async (picture) => {
    estimator ??= readWeights().then((weights) => PoseEstimator.from(device, weights));
    const ready = await estimator.catch((error) => {
      estimator = undefined; // to be tried again
      throw error;
    });
    return (await ready.people(picture)).map(({ joints }) => joints);
  };
}

/** What it takes to paint people from pictures: a generator and what finds poses, on a device of their own. */
export class Studio implements Disposable {
  constructor(readonly painter: Painter, readonly findPeople: FindPeople) {}

  /**
   * Opens the GPU and uploads the generator of a checkpoint.
   *
   * @param readMoveNet is asked for the pose estimator's weights when the first pose is to be found
   * @param debug for those who look for a kernel that fails
   * @throws Error of one line where the checkpoint or the GPU does not do
   */
  static async open(
    checkpoint: Checkpoint,
    readMoveNet: () => Promise<NamedTensors>,
    debug: DebugOptions = {},
  ): Promise<Studio> {
    const generator = checkpointGenerator(checkpoint);
    const device = await Device.open(debug);
    try {
      return new Studio(Painter.from(device, generator), peopleFinder(device, readMoveNet));
    } catch (error) {
      device.close();
      throw error;
    }
  }

  get device(): Device {
    return this.painter.device;
  }

  get configuration(): ModelConfiguration {
    return this.painter.configuration;
  }

  [Symbol.dispose](): void {
    this.device.close();
  }
}
