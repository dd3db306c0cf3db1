import { type DebugOptions, Device } from "../engine/device.ts";
import { debugOptions } from "../repose/files/debug_options.ts";

/** A device for the tests of a file. */
export async function openTestDevice(debug: DebugOptions = {}): Promise<Device> {
  const device = await Device.open({ ...debugOptions(), ...debug });
  // A driver that is still at work when its device is dropped may take the process down with it.
  Deno.test.afterAll(async () => {
    await device.finish();
    device.close();
  });
  return device;
}
