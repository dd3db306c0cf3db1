/**
 * Computes by Dawn, the WebGPU of Chromium, in place of wgpu, which is Deno's: for same_everywhere_test.ts. Takes a file
 * for the results, safetensors. The kernels are those for GPUs, as Dawn is what most people with one have.
 */
import { create } from "webgpu";
import { Device } from "../../engine/device.ts";
import { serializeSafetensors, storedFloat32 } from "../../engine/safetensors.ts";
import { paintedPicture, trainingStep } from "../same_everywhere.ts";

/** Exported so that it stays: Dawn crashes where this is collected before its devices. */
export const dawn = create([]);

const device = await Device.open({}, dawn);
device.kind = "gpu";
const values = new Map([["picture", await paintedPicture(device)], ...await trainingStep(device)]);
const stored = [...values].map(([name, values]) =>
  [name, storedFloat32(values, [values.length])] as const
);
Deno.writeFileSync(Deno.args[0], serializeSafetensors(new Map(stored)));
device.close();
