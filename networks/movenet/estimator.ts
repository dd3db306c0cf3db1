import type { Device } from "../../engine/device.ts";
import type { Square } from "../../kernels/crop_and_resize.ts";
import { resize } from "../../data/pictures/picture.ts";
import { cocoJoints } from "../../pose/formats/orders.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints, Point, Size } from "../../pose/types.ts";
import { Layers } from "../graph_layers.ts";
import { type NamedTensors, Weights } from "../weights.ts";
import { Viewer, wholeSquare } from "../viewer.ts";
import type { Picture } from "../../data/types.ts";
import { centres, decode, type FoundJoint } from "./decode.ts";
import { frameSide, moveNet } from "./network.ts";

/** The pose of the person in a picture. */
export interface EstimatedPose {
  /** The joints of `human` in pixels of the picture; null where one is not seen. */
  readonly joints: Joints;
  /** How sure the network is of each joint, 0..1; of the neck, as of the less sure shoulder. */
  readonly scores: readonly number[];
}

/** A pose, and the square round the person, for the next picture of a clip; null where nobody is seen. */
export interface SeenPose extends EstimatedPose {
  readonly person: Square | null;
}

/** Gives the joints of COCO in a square of a picture, as shares of its sides. */
export type Look = (square: Square) => Promise<FoundJoint[]>;

/**
 * The score from which a joint counts as seen. Against annotations by the larger network, Thunder, 0.25 has the
 * fewest joints that only one of the two sees; pictures without a person stay below 0.2.
 */
export const SEEN = 0.25;
/** Joints that make a person. */
const LEAST_JOINTS = 3;
/** The second pass sees a square with sides this many times those of the box round the joints. */
const MARGIN = 1.25;

/** Of a picture that is looked at as it is, and the longer side of what is looked at instead of a larger one. */
const [MOST_PIXELS, SHRUNK_SIDE] = [44_000_000, 2048];

/** What the published names begin with. */
const PREFIX =
  /^(ConstantFolding\/)?StatefulPartitionedCall\/(center_net_mobile_net_v2fpn_feature_extractor\/model_1\/)?/;

/** MoveNet on a device: finds the joints of the person in a picture, the one in its middle where there are more. */
export class PoseEstimator {
  /** Of the frame that the network sees, in pixels. */
  readonly side: number;
  readonly #viewer: Viewer;

  private constructor(device: Device, weights: Weights) {
    const layers = new Layers(device, weights);
    this.side = frameSide(weights);
    this.#viewer = new Viewer(device, this.side, (frame) => moveNet(layers, frame));
  }

  /** Uploads the weights. @throws Error where they are not MoveNet's. */
  static from(device: Device, tensors: NamedTensors): PoseEstimator {
    const named = new Map([...tensors].map(([name, tensor]) => [name.replace(PREFIX, ""), tensor]));
    const advice = "movenet-lightning or movenet-thunder";
    return new PoseEstimator(device, new Weights(named, "MoveNet", advice));
  }

  /**
   * The pose of the person in a picture, as `poseByTwoLooks`. Waits for the GPU.
   * @throws RangeError where the picture has not as many pixels as it says.
   */
  async estimate(picture: Picture, threshold: number = SEEN): Promise<SeenPose> {
    return await poseByTwoLooks(this.#lookAt(picture), picture, threshold);
  }

  /**
   * As `estimate`, for the next picture of a clip: by one look at where the person was before; by two where nobody is
   * there any more.
   */
  async follow(picture: Picture, before: Square): Promise<SeenPose> {
    const pose = await poseByOneLook(this.#lookAt(picture), picture, before, SEEN);
    return pose.person ? pose : await this.estimate(picture);
  }

  #lookAt(picture: Picture): Look {
    const seen = lookable(picture), scale = seen.width / picture.width;
    return ({ left, top, size }) =>
      this.look(seen, { left: left * scale, top: top * scale, size: size * scale });
  }

  /**
   * The people in a picture, the largest first, none where nobody is seen: where the network sees several centres,
   * each is looked at by itself; else the pose of `estimate`. Waits for the GPU. @throws as `estimate`.
   */
  async people(picture: Picture, threshold: number = SEEN): Promise<EstimatedPose[]> {
    const seen = lookable(picture), look = this.#lookAt(picture);
    const { maps, side } = await this.#viewer.look(seen, wholeSquare(seen));
    const cells = centres(maps, side);
    const firsts = cells.length > 1
      ? cells.map((cell) => decode(maps, side, cell))
      : [decode(maps, side)];
    const poses: EstimatedPose[] = [];
    for (const first of firsts) {
      poses.push(
        await poseBySecondLook(inPixels(first, wholeSquare(picture)), look, picture, threshold),
      );
    }
    const least = cells.length > 1 ? LEAST_JOINTS : 1;
    return distinct(poses.filter(({ joints }) => joints.filter(Boolean).length >= least));
  }

  /** The joints of COCO in a square of a picture, as shares of its sides. @throws as `estimate`. */
  async look(picture: Picture, square: Square): Promise<FoundJoint[]> {
    const { maps, side } = await this.#viewer.look(picture, square);
    return decode(maps, side);
  }
}

/**
 * The person's pose by two looks, at the whole picture and then at the person. Joints with a score below `threshold`
 * (0..1) and those outside the picture are missing, all of them where nobody is seen.
 *
 * @param look gives the joints of COCO in a square of the picture, as shares of its sides
 */
export async function poseByTwoLooks(
  look: Look,
  size: Size,
  threshold: number = SEEN,
): Promise<SeenPose> {
  const whole = wholeSquare(size);
  return await poseBySecondLook(inPixels(await look(whole), whole), look, size, threshold);
}

/** @param first the joints by a look at the whole picture, in its pixels; the others as `poseByTwoLooks` */
async function poseBySecondLook(
  first: readonly FoundJoint[],
  look: Look,
  size: Size,
  threshold: number,
): Promise<SeenPose> {
  const person = personSquare(first);
  if (!person) return { ...humanPose(first, () => false), person };
  return await poseByOneLook(look, size, person, threshold);
}

/** The pose by one look, at where the person is thought to be. */
async function poseByOneLook(
  look: Look,
  size: Size,
  square: Square,
  threshold: number,
): Promise<SeenPose> {
  const found = inPixels(await look(square), square);
  const pose = humanPose(found, (joint) => joint.score >= threshold && isInside(joint, size));
  return { ...pose, person: personSquare(found) };
}

function inPixels(found: readonly FoundJoint[], { left, top, size }: Square): FoundJoint[] {
  return found.map(({ x, y, score }) => ({ x: left + x * size, y: top + y * size, score }));
}

/** Poses, the largest first, without those of somebody who has a larger one already. */
function distinct(poses: readonly EstimatedPose[]): EstimatedPose[] {
  const people: EstimatedPose[] = [];
  for (const pose of poses.toSorted((a, b) => extent(b.joints) - extent(a.joints))) {
    if (!people.some(({ joints }) => isSamePerson(joints, pose.joints))) people.push(pose);
  }
  return people;
}

/** Whether joints that both poses have lie this near to each other in the mean, as a share of the larger's extent. */
const SAME = 0.1;

function isSamePerson(a: Joints, b: Joints): boolean {
  const ways = a.flatMap((point, i) => {
    const other = b[i];
    return point && other ? Math.hypot(point.x - other.x, point.y - other.y) : [];
  });
  if (ways.length < LEAST_JOINTS) return false;
  const mean = ways.reduce((sum, way) => sum + way, 0) / ways.length;
  return mean < SAME * Math.max(extent(a), extent(b));
}

/** The longer side of the box round the joints that were seen, in pixels. */
function extent(joints: Joints): number {
  const seen = joints.filter((point) => point !== null);
  const [xs, ys] = [seen.map(({ x }) => x), seen.map(({ y }) => y)];
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
}

/** The square round the joints that were seen, or null where these are too few to be a person. */
export function personSquare(found: readonly FoundJoint[]): Square | null {
  const seen = found.filter(({ score }) => score >= SEEN);
  if (seen.length < LEAST_JOINTS) return null;
  const xs = seen.map(({ x }) => x), ys = seen.map(({ y }) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const size = Math.max(1, MARGIN * Math.max(right - left, bottom - top));
  return { left: (left + right - size) / 2, top: (top + bottom - size) / 2, size };
}

function isInside({ x, y }: Point, { width, height }: Size): boolean {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

/** The picture, or where it is larger than a GPU surely binds at a time (128 MiB), a smaller one. */
export function lookable(picture: Picture): Picture {
  const { width, height } = picture;
  if (width * height <= MOST_PIXELS) return picture;
  const scale = SHRUNK_SIDE / Math.max(width, height);
  return resize(picture, {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  });
}

/** COCO's joints, in pixels from the picture's edges, as those of `human`, in pixels from their centres. */
function humanPose(
  found: readonly FoundJoint[],
  isSeen: (joint: FoundJoint) => boolean,
): EstimatedPose {
  const jointOf = (name: string): FoundJoint => found[cocoJoints.indexOf(name)];
  const shoulders = ["right shoulder", "left shoulder"].map(jointOf);
  const pointOf = (joint: FoundJoint): Point | null =>
    isSeen(joint) ? { x: joint.x - 0.5, y: joint.y - 0.5 } : null;
  const [right, left] = shoulders.map(pointOf);
  const neck = right && left && { x: (right.x + left.x) / 2, y: (right.y + left.y) / 2 };
  return {
    joints: human.joints.map((name) => name === "neck" ? neck : pointOf(jointOf(name))),
    scores: human.joints.map((name) =>
      name === "neck" ? Math.min(...shoulders.map(({ score }) => score)) : jointOf(name).score
    ),
  };
}
