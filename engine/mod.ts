/**
 * Tensors on a GPU: a device, a tape that differentiates, captured steps, kernels as data, random numbers, and
 * safetensors.
 *
 * ```ts
 * import { Device, grad } from "repose/engine";
 * import { square, sum } from "repose/kernels";
 *
 * const device = await Device.open();
 * const x = device.tensor([3], new Float32Array([1, 2, 3]));
 * const { gradients } = grad(device, [x], () => sum(square(x)));
 * console.log(await gradients[0].read()); // 2, 4, 6
 * ```
 *
 * @module
 */
export type { CapturedStep } from "./capture.ts";
export type { Command, Operand } from "./command.ts";
export { type DebugOptions, Device } from "./device.ts";
export {
  type AnyKernel,
  type Binding,
  elementGroups,
  elementKernel,
  Kernel,
  type KernelDefinition,
} from "./kernel.ts";
export { BufferPool, type TensorStorage } from "./pool.ts";
export type { Span } from "./profiler.ts";
export { normal, Random } from "./random.ts";
export {
  float32,
  parseSafetensors,
  serializeSafetensors,
  storedFloat32,
  type StoredTensor,
} from "./safetensors.ts";
export { differentiable, grad, gradFrom, once } from "./tape.ts";
export * from "./tensor.ts";
