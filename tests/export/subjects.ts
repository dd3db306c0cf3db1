/** What exported generators are to paint, and what the project itself makes of it. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packConditions } from "../../data/batch.ts";
import type { PoseTransfer } from "../../data/types.ts";
import type { Device } from "../../engine/device.ts";
import { float32, storedFloat32, type StoredTensor } from "../../engine/safetensors.ts";
import { checkpointGenerator, type GeneratorWeights } from "../../model/checkpoint.ts";
import { type ModelChoice, modelConfiguration } from "../../model/configuration.ts";
import { generator, generatorParameters } from "../../model/generator.ts";
import { ConditionBuffers } from "../../model/inputs.ts";
import type { Joints } from "../../pose/types.ts";
import { bundledModel, readCheckpoint } from "../../repose/files/open_studio.ts";
import { readSubject } from "../../repose/files/read_poses.ts";
import { madeUp, madeUpFilter } from "../networks/made_up.ts";

/** A generator, and what it is to paint. */
export interface Subject {
  readonly weights: GeneratorWeights;
  readonly transfers: readonly PoseTransfer[];
}

/** Weights whose outputs use much of the range, so that every part of the network shows. */
export function madeUpWeights(choice: ModelChoice): GeneratorWeights {
  const configuration = modelConfiguration({ ...choice, width: 4 });
  const values = new Map(
    generatorParameters(configuration).map(({ name, shape }) => {
      const stored = shape.length === 4
        ? madeUpFilter(name, shape)
        : madeUp(name, shape, name.endsWith(".norm.weight") ? 1 : 0, 0.3);
      return [name, { shape, data: Float32Array.from(float32(stored)) }];
    }),
  );
  return { configuration, values };
}

/**
 * The bundled model, and people whom it never saw, each in the pose of another.
 *
 * @param pairs numbers of pictures of `examples/people`, from 1: the person, and whose pose
 */
export async function people(pairs: readonly (readonly [number, number])[]): Promise<Subject> {
  const weights = checkpointGenerator(await readCheckpoint(bundledModel));
  const folder = fileURLToPath(new URL("../../examples/people", import.meta.url));
  const nobody = () => Promise.reject(new Error("the poses are known"));
  const sampleOf = async (number: number) => {
    const name = `${number}.png`;
    const pose = `${join(folder, "poses.csv")}#${name}`;
    const { size } = weights.configuration;
    return (await readSubject(join(folder, name), pose, size, nobody)).sample;
  };
  const transfers = await Promise.all(
    pairs.map(async ([person, other]) => ({
      source: await sampleOf(person),
      target: await sampleOf(other),
    })),
  );
  return { weights, transfers };
}

/** What the project makes of it, [N, 3, H, W] in [-1, 1], and what an exported generator is to make that of. */
export async function paintHere(device: Device, { weights, transfers }: Subject) {
  const { configuration, values } = weights;
  const { size: { width, height }, skeleton, regions, sigma } = configuration;
  const count = transfers.length;
  const buffers = new ConditionBuffers(device, count, { width, height }, skeleton);
  buffers.write(packConditions(transfers, skeleton, regions));
  const parameters = new Map(
    [...values].map(([name, { shape, data }]) => [name, device.tensor(shape, data)]),
  );
  const conditions = buffers.inputs(sigma);
  const painted = device.scope(() => generator(conditions, parameters, configuration, null));
  const poses = [count, skeleton.joints.length, 2];
  const inputs: ReadonlyMap<string, StoredTensor> = new Map([
    ["source", storedFloat32(await conditions.source.read(), [count, 3, height, width])],
    ["source_joints", storedFloat32(jointsOf(transfers.map((x) => x.source.joints)), poses)],
    ["target_joints", storedFloat32(jointsOf(transfers.map((x) => x.target.joints)), poses)],
  ]);
  return { painted: await painted.read(), inputs };
}

/** The joints as people give them: what was not seen is NaN in one half of the pairs, -1 in the other. */
function jointsOf(poses: readonly Joints[]): Float32Array {
  return Float32Array.from(
    poses.flatMap((joints, n) =>
      joints.flatMap((point) => point ? [point.x, point.y] : n % 2 ? [NaN, NaN] : [-1, -1])
    ),
  );
}
