import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { measureCeilings } from "../../kernels/ceilings.ts";
import { Device } from "../../engine/device.ts";

Deno.test("ceilings: plausible rates, again the same, and nothing stays alive", async () => {
  const device = await Device.open();
  const { liveBytes } = device.pool;
  const { flopsPerSecond, memoryBytesPerSecond, bytesPerSecond } = await measureCeilings(device);
  // From a slow software driver to a GPU that is not built yet.
  assert(flopsPerSecond > 1e9 && flopsPerSecond < 1e16, `${flopsPerSecond} flop/s`);
  assert(memoryBytesPerSecond > 1e7 && memoryBytesPerSecond <= bytesPerSecond);
  assert(bytesPerSecond > 1e8 && bytesPerSecond < 1e14, `${bytesPerSecond} bytes/s`);
  const again = await measureCeilings(device);
  // Other programs may take a share of the device.
  assertAlmostEquals(Math.log2(again.flopsPerSecond / flopsPerSecond), 0, 2);
  assertAlmostEquals(Math.log2(again.bytesPerSecond / bytesPerSecond), 0, 2);
  assertEquals(device.pool.liveBytes, liveBytes);
  device.close();
});
