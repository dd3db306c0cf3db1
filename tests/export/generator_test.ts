/** Exported generators, run by onnxruntime, against the project's own. */
import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { join } from "node:path";
import { figures } from "../../data/figures/figures.ts";
import type { PoseTransfer, Sample } from "../../data/types.ts";
import { float32, parseSafetensors, serializeSafetensors } from "../../engine/safetensors.ts";
import { onnxGenerator } from "../../export/generator.ts";
import { type ModelChoice, modelConfiguration } from "../../model/configuration.ts";
import type { Joints } from "../../pose/types.ts";
import { inFolder, largestDifference } from "../data/fixtures.ts";
import { openTestDevice } from "../device.ts";
import { withOnnxruntime } from "./onnxruntime.ts";
import { madeUpWeights, paintHere, people, type Subject } from "./subjects.ts";

const device = await openTestDevice();

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
  "whole regions": { preset: "demo", regions: "whole" },
  baseline: { preset: "demo", configuration: "baseline" },
};

/** What is exported, and how. */
interface Exported extends Subject {
  readonly half: boolean;
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

/** Both pictures of each subject, by its name. */
async function paintBoth(subjects: ReadonlyMap<string, Exported>) {
  const pictures = new Map<string, { own: Float32Array; onnx: Float32Array }>();
  await inFolder(async (folder) => {
    const own = new Map<string, Float32Array>();
    for (const [name, subject] of subjects) {
      const { painted, inputs } = await paintHere(device, subject);
      own.set(name, painted);
      const path = join(folder, name);
      await Deno.writeFile(`${path}.in.safetensors`, serializeSafetensors(inputs));
      await Deno.writeFile(`${path}.onnx`, onnxGenerator(subject.weights, subject.half));
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
  const subjects = new Map<string, Exported>();
  for (const [name, choice] of Object.entries(choices)) {
    const transfers = await figurePairs(choice.size);
    subjects.set(name, { weights: madeUpWeights(choice), half: false, transfers });
  }
  for (const name of ["paper", "released"]) {
    subjects.set(`${name}, half`, { ...subjects.get(name)!, half: true });
  }
  const three = await people([[1, 2], [2, 3]]);
  subjects.set("people", { ...three, half: false });
  subjects.set("people, half", { ...three, half: true });

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
