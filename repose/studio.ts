import type { Picture } from "../data/types.ts";
import { Device } from "../engine/device.ts";
import { type Checkpoint, checkpointGenerator } from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import type { PoseEstimator } from "../networks/movenet/estimator.ts";
import type { NamedTensors } from "../networks/weights.ts";
import { isHuman, type Skeleton } from "../pose/skeleton.ts";
import type { Joints } from "../pose/types.ts";
import type { Square } from "../kernels/crop_and_resize.ts";
import { Painter } from "./painter.ts";

type ReadWeights = () => Promise<NamedTensors>;

/** Finds the joints of the people in a picture, the largest first; none where nobody is seen. */
export type FindPeople = (picture: Picture) => Promise<readonly Joints[]>;

/** Finds the joints of the person in a picture; all are missing where nobody is seen. */
export type FindPose = (picture: Picture) => Promise<Joints>;

/** MoveNet on a device; its weights are read when the first picture comes. */
export function peopleFinder(device: Device, readWeights: ReadWeights): FindPeople {
  const estimator = poseEstimator(device, readWeights);
  return async (picture) => (await (await estimator()).people(picture)).map(({ joints }) => joints);
}

/** The same for one person in the pictures of a clip or camera, one after the other: it looks where they were. */
export function poseFollower(device: Device, readWeights: ReadWeights): FindPose {
  const estimator = poseEstimator(device, readWeights);
  let person: Square | null = null;
  return async (picture) => {
    const ready = await estimator();
    const seen = await (person ? ready.follow(picture, person) : ready.estimate(picture));
    person = seen.person;
    return seen.joints;
  };
}

function poseEstimator(device: Device, readWeights: ReadWeights): () => Promise<PoseEstimator> {
  let estimator: Promise<PoseEstimator> | undefined;
  return () =>
    estimator ??= openEstimator(device, readWeights).catch((error) => {
      estimator = undefined; // to be tried again
      throw error;
    });
}

/** Its code comes when it is needed, as its weights do. */
async function openEstimator(device: Device, readWeights: ReadWeights): Promise<PoseEstimator> {
  const { PoseEstimator } = await import("../networks/movenet/estimator.ts");
  return PoseEstimator.from(device, await readWeights());
}

/** For what no estimator knows. */
function findsNone({ name }: Skeleton): FindPeople {
  return () =>
    Promise.reject(new Error(`no pose estimator knows a ${name}: give its pose as a file`));
}

/** What it takes to paint people from pictures: a generator and what finds poses, on a device of their own. */
export class Studio implements Disposable {
  /** A studio whose device is the painter's. */
  constructor(readonly painter: Painter, readonly findPeople: FindPeople) {}

  /**
   * Opens the GPU and uploads the generator of a checkpoint.
   *
   * @param readMoveNet is asked for the pose estimator's weights when the first pose is to be found
   * @param openDevice opens the GPU
   * @throws Error of one line where the checkpoint or the GPU does not do
   */
  static async open(
    checkpoint: Checkpoint,
    readMoveNet: () => Promise<NamedTensors>,
    openDevice: () => Promise<Device> = Device.open,
  ): Promise<Studio> {
    const generator = checkpointGenerator(checkpoint);
    const device = await openDevice();
    try {
      const { skeleton } = generator.configuration;
      const findPeople = isHuman(skeleton)
        ? peopleFinder(device, readMoveNet)
        : findsNone(skeleton);
      return new Studio(Painter.from(device, generator), findPeople);
    } catch (error) {
      device.close();
      throw error;
    }
  }

  /** The GPU, which is the studio's own. */
  get device(): Device {
    return this.painter.device;
  }

  /** Which generator it has. */
  get configuration(): ModelConfiguration {
    return this.painter.configuration;
  }

  /** Releases the GPU. */
  [Symbol.dispose](): void {
    this.device.close();
  }
}
