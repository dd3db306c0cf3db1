import { type DebugOptions, Device } from "../engine/device.ts";
import { debugOptions } from "../repose/files/debug_options.ts";

/** What every implementation of WebGPU offers; many phones and older graphics cards offer little more. */
export const DEFAULT_LIMITS = {
  maxBufferSize: 256 * 2 ** 20,
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 16384,
} as const;

/** The platform's WebGPU, whose adapters have no more than the default limits. */
const leastWebgpu = {
  async requestAdapter(options: GPURequestAdapterOptions) {
    const adapter = await navigator.gpu.requestAdapter(options);
    return adapter && {
      ...{ limits: DEFAULT_LIMITS, features: adapter.features, info: adapter.info },
      requestDevice: (descriptor: GPUDeviceDescriptor) => adapter.requestDevice(descriptor),
    };
  },
} as unknown as GPU;

/** A device for the tests of a file. It has WebGPU's default limits, so that what passes on it runs everywhere. */
export async function openTestDevice(debug: DebugOptions = {}): Promise<Device> {
  const device = await Device.open({ ...debugOptions(), ...debug }, leastWebgpu);
  // A driver that is still at work when its device is dropped may take the process down with it.
  Deno.test.afterAll(async () => {
    await device.finish();
    device.close();
  });
  return device;
}
