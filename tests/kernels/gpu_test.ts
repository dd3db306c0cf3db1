/** What kernels for GPUs must not do, read in their WGSL: no GPU is needed to see it. */
import { assertEquals, assertMatch } from "@std/assert";
import { countingDevice } from "../../engine/counting_device.ts";
import type { Device } from "../../engine/device.ts";
import { gradFrom } from "../../engine/tape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { conv2d } from "../../kernels/conv2d.ts";
import { cropAndResize } from "../../kernels/crop_and_resize.ts";
import { deform } from "../../kernels/deform.ts";
import { depthwiseConv2d } from "../../kernels/depthwise_conv2d.ts";
import * as elementwise from "../../kernels/elementwise.ts";
import { layerNorm } from "../../kernels/layer_norm.ts";
import { maxPool2d } from "../../kernels/max_pool2d.ts";
import { imageToPixels } from "../../kernels/pixels.ts";
import { packPointwise, pointwiseConv2d } from "../../kernels/pointwise_conv2d.ts";
import { pool2d } from "../../kernels/pool2d.ts";
import { regionMasks } from "../../kernels/region_masks.ts";
import { resizeBilinear } from "../../kernels/resize_bilinear.ts";
import { scaleChannels } from "../../kernels/scale_channels.ts";
import { unitDistance } from "../../kernels/unit_distance.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { emptyVgg } from "../../train/memory.ts";
import { recipeOf } from "../../train/recipe.ts";
import { Trainer } from "../../train/trainer.ts";

/** The WGSL, without comments, of all that `use` launches on a device of that kind, and the kernels' names. */
function launched(kind: Device["kind"], use: (device: Device) => void): Map<string, string> {
  const device = countingDevice(kind);
  const names = new Map<string, string>();
  const launch = device.launch.bind(device);
  device.launch = (kernel, ...rest) => {
    names.set(kernel.code.replaceAll(/\/\/.*/g, ""), kernel.name);
    launch(kernel, ...rest);
  };
  use(device);
  return names;
}

function trainingSteps(device: Device): void {
  for (const preset of ["market", "deepfashion"] as const) {
    for (const fidelity of ["paper", "released"] as const) {
      const recipe = recipeOf({ recipe: fidelity === "paper" ? "modern" : "paper" });
      const training = { recipe, steps: 1, seed: 0, vgg: emptyVgg() };
      Trainer.create(device, modelConfiguration({ preset, fidelity, width: 64 }), training)
        .prepare(2);
    }
  }
}

/** Launches an operation, and what its gradient takes. */
function differentiated(device: Device, op: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]) {
  gradFrom(device, inputs, () => op(...inputs), (y) => device.empty(y.shape));
}

/** What training does not launch, or not at this size. */
function otherOperations(device: Device): void {
  const x = device.empty([2, 4, 8, 8]);
  for (const op of Object.keys(elementwise.unaryOps) as elementwise.UnaryName[]) {
    const run = elementwise[op] as (x: Tensor, ...numbers: number[]) => Tensor;
    differentiated(device, (x) => run(x, 1, 2), x);
  }
  for (const op of Object.keys(elementwise.binaryOps) as elementwise.BinaryName[]) {
    differentiated(device, elementwise[op], x, x);
  }
  for (const sampling of ["bilinear", "nearest"] as const) {
    for (const fusion of ["max", "average"] as const) {
      for (const maskOn of ["source", "target"] as const) {
        const [maps, masks] = [device.empty([2, 3, 6]), device.empty([2, 3, 8, 8])];
        const ways = { level: 0, sampling, fusion, maskOn, identity: maskOn === "source" };
        differentiated(device, (x) => deform(x, maps, masks, ways), x);
      }
    }
  }
  differentiated(device, maxPool2d, x);
  differentiated(device, layerNorm, x, device.empty([1]), device.empty([1]));
  for (const taps of [1, 2, 3, 5, 7]) {
    const options = { stride: 1 + taps % 2, padding: taps >> 1 };
    differentiated(
      device,
      (x, w) => conv2d(x, w, null, options),
      x,
      device.empty([3, 4, taps, taps]),
    );
  }
  for (const pool of ["max", "average", "averageInside"] as const) {
    pool2d(x, { pool, size: 3, stride: 2, padding: 1 });
  }
  for (const taps of [3, 5]) {
    const w = device.empty([4, 1, taps, taps]);
    depthwiseConv2d(x, w, device.empty([4]), { stride: 2, activation: "relu6" });
  }
  for (const style of ["paper", "released"] as const) {
    regionMasks(device.empty([1, 2, 8]), { height: 4, width: 4 }, { level: 0, style });
  }
  resizeBilinear(x, { height: 5, width: 7 });
  scaleChannels(x, device.empty([2, 4, 1, 1]));
  unitDistance(x, device.empty([4]));
  imageToPixels(device.empty([1, 3, 4, 4]));
  const square = { left: 0, top: 0, size: 4 };
  cropAndResize(device.empty([12]), { height: 4, width: 4 }, square, device.empty([1, 3, 4, 4]));
  device.join([x]);
  pointwise(device);
}

function pointwise(device: Device): void {
  const weight = packPointwise(device, new Float32Array(64 * 64), [64, 64]);
  const [x, bias] = [device.empty([1, 64, 64, 64]), device.empty([64])];
  pointwiseConv2d(x, weight, bias, { activation: "none" });
}

const kernels = [trainingSteps, otherOperations].flatMap((use) => [...launched("gpu", use)]);

/** The names of those in whose WGSL `finds` finds something. */
const namesWhere = (finds: (code: string) => boolean) =>
  kernels.filter(([code]) => finds(code)).map(([, name]) => name);

Deno.test("kernels for GPUs: all of kernels/ and engine/ are looked at here", async () => {
  const seen = new Set(kernels.map(([, name]) => name));
  const missing: string[] = [];
  for (const folder of ["engine", "kernels", "kernels/convolution"]) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const source = isFile ? await Deno.readTextFile(`${folder}/${name}`) : "";
      for (const [, kernel] of source.matchAll(/ernel\({\s+name: "([^"]+)"/g)) {
        if (!seen.has(kernel)) missing.push(kernel);
      }
    }
  }
  // Of diagnoses: they measure a GPU, or ask whether it computes at all.
  assertEquals(missing.sort(), ["copy ceiling", "known_answer", "multiply_add ceiling"]);
});

/** An array that is a function's own. Indexed by a loop it lies in a GPU's memory, not in its registers. */
const ownArray = /^\s*(var|let)(<function>)?\s+\w+\s*(:|=)\s*array/m;

Deno.test("kernels for GPUs have no arrays of their own: Intel's compiler spilt 300 registers", () => {
  assertEquals(namesWhere((code) => ownArray.test(code)), []);
  const [[onSoftware]] = [...launched("software", pointwise)];
  assertMatch(onSoftware, ownArray); // the pattern finds what it is to find
});

/**
 * Whether a vector or matrix that is a function's own, or a part of one, is indexed by what is not a number: compilers
 * lay such a one in memory too, or compare the index with each place.
 */
function indexesItsOwn(code: string): boolean {
  const bound = new Set([...code.matchAll(/\bvar<[^>]+>\s+(\w+)/g)].map(([, name]) => name));
  const indexed = code.matchAll(/(\w+|[)\]])\[([^\]]+)/g);
  return [...indexed].some(([, name, index]) => !bound.has(name) && !/^\d+u?$/.test(index));
}

Deno.test("kernels for GPUs index what they bind, and nothing of their own", () => {
  assertEquals(namesWhere(indexesItsOwn), []);
  for (const code of ["let y = taps[k];", "x[i] = f(x)[k];", "let y = map.rows[k];"]) {
    assertEquals(indexesItsOwn(`var<storage> x: array<f32>;\n${code}`), true, code);
  }
});

Deno.test("kernels for GPUs never ask for infinity or NaN, which compilers may take for absent", () => {
  const asks = /\b(\w+) [!=]= \1\b(?!\[|\.)|\/ 0\.0|bitcast<f32>|\b(is)?(nan|inf|infinity)\b/i;
  assertEquals(namesWhere((code) => asks.test(code)), []);
  for (const code of ["x != x", "1.0 / 0.0", "bitcast<f32>(0x7f800000u)"]) assertMatch(code, asks);
});
