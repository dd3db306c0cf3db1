/**
 * Computes by Dawn, the WebGPU of Chromium, in place of wgpu, which is Deno's: for same_everywhere_test.ts. Takes a file
 * for the results, safetensors. The kernels are those for GPUs, as Dawn is what most people with one have.
 */
import { create } from "webgpu";
import { Device } from "../../engine/device.ts";
import { writeComputed } from "../same_everywhere.ts";

/** Exported so that it stays: Dawn crashes where this is collected before its devices. */
export const dawn = create([]);

const device = await Device.open({}, dawn);
device.kind = "gpu";
await writeComputed(device, Deno.args[0]);
