/** What kernels for GPUs must not do, read in their WGSL: no GPU is needed to see it. */
import { assertEquals, assertMatch } from "@std/assert";
import { countingDevice } from "../../engine/counting_device.ts";
import type { Device } from "../../engine/device.ts";
import { packPointwise, pointwiseConv2d } from "../../kernels/pointwise_conv2d.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { emptyVgg } from "../../train/memory.ts";
import { recipeOf } from "../../train/recipe.ts";
import { Trainer } from "../../train/trainer.ts";

/** The WGSL of all that `use` launches on a device of that kind, by the kernels' names. */
function launched(kind: Device["kind"], use: (device: Device) => void): Map<string, string> {
  const device = countingDevice(kind);
  const codes = new Map<string, string>();
  const launch = device.launch.bind(device);
  device.launch = (kernel, ...rest) => {
    codes.set(`${kernel.name} ${codes.size}`, kernel.code);
    launch(kernel, ...rest);
  };
  use(device);
  return codes;
}

function trainingStep(preset: "market" | "deepfashion"): (device: Device) => void {
  const training = {
    recipe: recipeOf({ recipe: "modern" }),
    ...{ steps: 1, seed: 0, vgg: emptyVgg() },
  };
  return (device) =>
    Trainer.create(device, modelConfiguration({ preset, width: 64 }), training).prepare(2);
}

function pointwise(device: Device): void {
  const weight = packPointwise(device, new Float32Array(64 * 64), [64, 64]);
  const [x, bias] = [device.empty([1, 64, 64, 64]), device.empty([64])];
  pointwiseConv2d(x, weight, bias, { activation: "none" });
}

/** An array that is a function's own. Indexed by a loop it lies in a GPU's memory, not in its registers. */
const ownArray = /^\s*(var|let)(<function>)?\s+\w+\s*(:|=)\s*array/m;

Deno.test("kernels for GPUs have no arrays of their own: Intel's compiler spilt 300 registers", () => {
  for (const use of [trainingStep("market"), trainingStep("deepfashion"), pointwise]) {
    const kernels = [...launched("gpu", use)];
    assertEquals(kernels.filter(([, code]) => ownArray.test(code)).map(([name]) => name), []);
  }
  const [[, onSoftware]] = [...launched("software", pointwise)];
  assertMatch(onSoftware, ownArray); // the pattern finds what it is to find
});
