/** What the project launches on a GPU, traced on a device that computes nothing. */
import type { Command } from "../../engine/command.ts";
import { countingDevice } from "../../engine/counting_device.ts";
import type { DeviceKind } from "../../engine/tensor.ts";
import { checkpointGenerator, parseCheckpoint } from "../../model/checkpoint.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { generator } from "../../model/generator.ts";
import { ConditionBuffers } from "../../model/inputs.ts";
import { imageToPixels } from "../../kernels/pixels.ts";
import { Painter } from "../../repose/painter.ts";
import { capturedStep } from "../../train/captured_step.ts";
import { paperRecipe } from "../../train/recipe.ts";

/** Something that is done on a GPU, and its launches in order. */
export interface Work {
  readonly name: string;
  readonly commands: readonly Command[];
}

/** Training steps of width 64 by the paper's recipe, and one picture painted by the bundled model, on a kind of GPU. */
export async function everyWork(kind: DeviceKind): Promise<Work[]> {
  const steps = (["market", "deepfashion"] as const).map((preset) => {
    const configuration = modelConfiguration({ preset, width: 64 });
    const name = `${preset} step, batch ${configuration.batch}, ${kind}`;
    const { commands } = capturedStep(configuration, paperRecipe, countingDevice(kind));
    return { name, commands };
  });
  return [...steps, { name: `painting, ${kind}`, commands: await paintingCommands(kind) }];
}

async function paintingCommands(kind: DeviceKind): Promise<readonly Command[]> {
  const path = new URL("../../models/people.safetensors", import.meta.url);
  const checkpoint = parseCheckpoint(await Deno.readFile(path), "models/people.safetensors");
  const device = countingDevice(kind);
  const { configuration, parameters } = Painter.from(device, checkpointGenerator(checkpoint));
  const { size, skeleton, sigma } = configuration;
  const buffers = new ConditionBuffers(device, 1, size, skeleton);
  return device.capture(() =>
    imageToPixels(generator(buffers.inputs(sigma), parameters, configuration, null))
  ).commands;
}

/** Bytes that a launch moves if each value of its operands goes once; Adam writes what it reads. */
export function bytesOf({ kernel, operands }: Command): number {
  const ways = kernel.bindings.map(({ written }) => written && kernel.name === "adam" ? 2 : 1);
  return operands.reduce((sum, { size }, i) => sum + size * ways[i], 0);
}

/** Workgroups of a launch. */
export function groupsOf({ groups }: Command): number {
  return groups.reduce((product, count) => product * count);
}

/** Threads of a workgroup, as the WGSL says. */
export function groupSize(code: string): number {
  const [, sizes] = code.match(/@workgroup_size\(([^)]*)\)/)!;
  return sizes.split(",").reduce((product, size) => product * parseInt(size), 1);
}
