import { countingDevice } from "./counting_device.ts";
import type { Device } from "./device.ts";
import type { AnyKernel } from "./kernel.ts";

/** Kernels that are being compiled at a time: about as many threads as drivers take for it. */
const AT_ONCE = 4;

/** The kernels that `work` launches on a device of that kind. It is only rehearsed: nothing can be read back in it. */
export function kernelsOf(kind: Device["kind"], work: (device: Device) => void): AnyKernel[] {
  const kernels: AnyKernel[] = [];
  work(countingDevice(kind, Infinity, { onCompile: (kernel) => kernels.push(kernel) }));
  return kernels;
}

/**
 * Compiles the kernels that `work` launches, several at a time and beside what the GPU does otherwise; launches would
 * compile them one after the other while everything waits.
 *
 * @param work as that of `kernelsOf`
 * @param onProgress hears how many of them are ready, each time that one is
 * @param signal ends it early
 * @throws KernelError; what the signal was aborted with
 */
export async function compileAhead(
  device: Device,
  work: (device: Device) => void,
  onProgress: (ready: number, of: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const kernels = kernelsOf(device.kind, work);
  const waiting = kernels.values(); // which all takers share
  let ready = 0;
  const take = async () => {
    for (const kernel of waiting) {
      await device.compileAhead(kernel);
      signal?.throwIfAborted();
      onProgress(++ready, kernels.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}
