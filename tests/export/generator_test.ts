/** Exported generators, run by onnxruntime, against the project's own. */
import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { join } from "node:path";
import { packConditions } from "../../data/batch.ts";
import { figures } from "../../data/figures/figures.ts";
import type { PoseTransfer, Sample } from "../../data/types.ts";
import {
  float32,
  parseSafetensors,
  serializeSafetensors,
  storedFloat32,
} from "../../engine/safetensors.ts";
import { onnxGenerator } from "../../export/generator.ts";
import { checkpointGenerator, type GeneratorWeights } from "../../model/checkpoint.ts";
import { type ModelChoice, modelConfiguration } from "../../model/configuration.ts";
import { generator, generatorParameters } from "../../model/generator.ts";
import { ConditionBuffers } from "../../model/inputs.ts";
import type { Joints } from "../../pose/types.ts";
import { bundledModel, readCheckpoint } from "../../repose/files/open_studio.ts";
import { readSubject } from "../../repose/files/read_poses.ts";
import { inFolder, largestDifference } from "../data/fixtures.ts";
import { openTestDevice } from "../device.ts";
import { madeUp, madeUpFilter } from "../networks/made_up.ts";
import { withOnnxruntime } from "./onnxruntime.ts";

const device = await openTestDevice();
const root = new URL("../../", import.meta.url).pathname;

/** One step of a byte in a picture in [-1, 1]. */
const STEP = 2 / 255;

const choices: Record<string, ModelChoice> = {
  paper: { preset: "demo" },
  "paper, average": { preset: "demo", fusion: "average" },
  "paper, another size": { preset: "demo", size: "64x48" },
  released: { preset: "demo", fidelity: "released" },
  "released, average": { preset: "demo", fidelity: "released", fusion: "average" },
  "regions of the paper, nearest": { preset: "demo", sampling: "nearest", norm: "layer" },
  "regions of the code, bilinear": { preset: "demo", regions: "released" },
  baseline: { preset: "demo", configuration: "baseline" },
};

/** What is exported, and what it is to paint. */
interface Subject {
  readonly weights: GeneratorWeights;
  readonly half: boolean;
  readonly transfers: readonly PoseTransfer[];
}

/** Weights whose outputs use much of the range, so that every part of the network shows. */
function madeUpWeights(choice: ModelChoice): GeneratorWeights {
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

/** Figures of whom some joints lie outside the picture or were not seen: limbs, faces, and in the last pair an anchor. */
async function figurePairs(size: ModelChoice["size"] | undefined): Promise<PoseTransfer[]> {
  const frame = modelConfiguration({ preset: "demo", size }).size;
  const data = figures({ size: frame, seed: 4 });
  const without = (joints: Joints, ...missing: number[]) =>
    joints.map((point, i) => missing.includes(i) ? null : point);
  const [a, b, c, d, e] = await Promise.all([0, 1, 2, 3, 4].map((i) => data.pair("test", i)));
  const lacking = (sample: Sample, ...missing: number[]) => ({
    ...sample,
    joints: without(sample.joints, ...missing),
  });
  const outside = (joints: Joints) => joints.map((point, i) => i === 4 ? { x: -2, y: 9 } : point);
  return [
    a,
    { source: b.source, target: { joints: outside(b.target.joints) } },
    { source: lacking(c.source, 3, 10), target: lacking(c.target, 0, 14, 15, 16, 17) },
    { source: lacking(d.source, 4, 6, 7, 14), target: lacking(d.target, 13, 15) },
    { source: e.source, target: lacking(e.target, 8) },
  ];
}

/** The bundled model and people whom it never saw, each in the pose of the next. */
async function people(half: boolean): Promise<Subject> {
  const weights = checkpointGenerator(await readCheckpoint(bundledModel));
  const nobody = () => Promise.reject(new Error("the poses are known"));
  const samples = await Promise.all([1, 2, 3].map(async (i) => {
    const folder = join(root, "examples/people");
    const pose = `${folder}/poses.csv#${i}.png`;
    const { size } = weights.configuration;
    return (await readSubject(`${folder}/${i}.png`, pose, size, nobody)).sample;
  }));
  const transfers = [0, 1].map((i) => ({ source: samples[i], target: samples[i + 1] }));
  return { weights, half, transfers };
}

/** What the project itself makes of a subject, [N, 3, H, W], and the picture that it saw. */
async function ownPicture({ weights, transfers }: Subject) {
  const { configuration, values } = weights;
  const { size, skeleton, regions, sigma } = configuration;
  const buffers = new ConditionBuffers(device, transfers.length, size, skeleton);
  buffers.write(packConditions(transfers, skeleton, regions));
  const parameters = new Map(
    [...values].map(([name, { shape, data }]) => [name, device.tensor(shape, data)]),
  );
  const inputs = buffers.inputs(sigma);
  const painted = generator(inputs, parameters, configuration, null);
  return { source: await inputs.source.read(), painted: await painted.read() };
}

/** The joints as people give them: what was not seen is NaN in one half of the pairs, -1 in the other. */
function jointsOf(poses: readonly Joints[]): Float32Array {
  return Float32Array.from(
    poses.flatMap((joints, n) =>
      joints.flatMap((point) => point ? [point.x, point.y] : n % 2 ? [NaN, NaN] : [-1, -1])
    ),
  );
}

/** Both pictures of each subject, by its name. */
async function paintBoth(subjects: ReadonlyMap<string, Subject>) {
  const pictures = new Map<string, { own: Float32Array; onnx: Float32Array }>();
  await inFolder(async (folder) => {
    const own = new Map<string, Float32Array>();
    for (const [name, subject] of subjects) {
      const { weights, half, transfers } = subject;
      const { size: { width, height }, skeleton } = weights.configuration;
      const { source, painted } = await ownPicture(subject);
      own.set(name, painted);
      const count = transfers.length;
      const poses = [count, skeleton.joints.length, 2];
      const stored = new Map([
        ["source", storedFloat32(source, [count, 3, height, width])],
        ["source_joints", storedFloat32(jointsOf(transfers.map((x) => x.source.joints)), poses)],
        ["target_joints", storedFloat32(jointsOf(transfers.map((x) => x.target.joints)), poses)],
      ]);
      const path = join(folder, name);
      await Deno.writeFile(`${path}.in.safetensors`, serializeSafetensors(stored));
      await Deno.writeFile(`${path}.onnx`, onnxGenerator(weights, half));
    }
    await withOnnxruntime("tests/export/runtime.ts", folder);
    for (const [name, painted] of own) {
      const { tensors } = parseSafetensors(
        await Deno.readFile(join(folder, `${name}.out.safetensors`)),
      );
      pictures.set(name, { own: painted, onnx: float32(tensors.get("picture")!) });
    }
  });
  return pictures;
}

Deno.test("export: onnxruntime paints what the project paints", async (t) => {
  const subjects = new Map<string, Subject>();
  for (const [name, choice] of Object.entries(choices)) {
    const transfers = await figurePairs(choice.size);
    subjects.set(name, { weights: madeUpWeights(choice), half: false, transfers });
  }
  for (const name of ["paper", "released"]) {
    subjects.set(`${name}, half`, { ...subjects.get(name)!, half: true });
  }
  subjects.set("people", await people(false));
  subjects.set("people, half", await people(true));

  for (const [name, { own, onnx }] of await paintBoth(subjects)) {
    await t.step(name, () => {
      assertEquals(onnx.length, own.length);
      const inOrder = own.toSorted();
      assertGreater(inOrder.at(-1)! - inOrder[0], 0.5);
      const error = largestDifference(own, onnx);
      // Far below a step: one pixel that falls on the other side of an edge shows.
      assertLess(error, (subjects.get(name)!.half ? 2 : 0.05) * STEP);
    });
  }
});

Deno.test("export: weights that half precision cannot hold are named", () => {
  const weights = madeUpWeights(choices.paper);
  weights.values.get("generator.pose.1.norm.bias")!.data[0] = 1e5;
  assertThrows(() => onnxGenerator(weights, true), RangeError, "generator.pose.1.norm.bias");
  onnxGenerator(weights, false);
});
