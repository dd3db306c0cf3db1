import { Device } from "../engine/device.ts";

/** A device for the tests of a file. */
export async function openTestDevice(): Promise<Device> {
  const device = await Device.open();
  // A driver that is still at work when its device is dropped may take the process down with it.
  Deno.test.afterAll(async () => {
    await device.finish();
    device.close();
  });
  return device;
}
