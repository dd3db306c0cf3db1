import { type DebugOptions, Device } from "./device.ts";

/**
 * A device that computes nothing and only counts the memory that a computation takes: what runs on it
 * allocates, frees and reuses buffers as on a device of that kind. Values cannot be read back from it.
 *
 * @param largest bytes of a tensor at most
 */
export function countingDevice(
  kind: Device["kind"] = "gpu",
  largest = Infinity,
  debug: DebugOptions = {},
): Device {
  const nothing = () => {};
  const pass = {
    setPipeline: nothing,
    setBindGroup: nothing,
    dispatchWorkgroups: nothing,
    end: nothing,
  };
  const gpu = {
    limits: { maxStorageBufferBindingSize: largest, maxComputeWorkgroupsPerDimension: Infinity },
    queue: { writeBuffer: nothing, submit: nothing },
    lost: new Promise<never>(nothing),
    addEventListener: nothing,
    createBuffer: ({ size }: GPUBufferDescriptor) => ({ size }),
    createShaderModule: () => ({}),
    createComputePipeline: () => ({ getBindGroupLayout: () => ({}) }),
    createBindGroup: () => ({}),
    pushErrorScope: nothing,
    popErrorScope: () => Promise.resolve(null),
    createCommandEncoder: () => ({ beginComputePass: () => pass, finish: () => ({}) }),
  };
  return new Device(gpu as unknown as GPUDevice, "counting device", kind, debug);
}
