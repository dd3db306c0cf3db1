import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { countingDevice } from "../../engine/counting_device.ts";
import { Device } from "../../engine/device.ts";
import { elementGroups, elementKernel, Kernel } from "../../engine/kernel.ts";
import { openTestDevice } from "../device.ts";

const device = await openTestDevice();

const double = elementKernel({
  name: "double",
  read: ["x"],
  write: ["y"],
  source: `fn element(i: u32) { y[i] = 2.0 * x[i]; }`,
});

function launchDouble(count: number) {
  const x = device.tensor([count], Float32Array.from({ length: count }, (_, i) => i));
  const y = device.empty([count]);
  device.launch(double, { x, y }, { count }, elementGroups(count));
  return y;
}

Deno.test("element kernels reach every element, one a thread, several, and in the largest grid", async () => {
  for (const count of [1, 63, 64, 65, 1000, 65_537, 300_001, 4 * 64 * 65_535 + 1]) {
    const y = await device.scope(() => launchDouble(count)).read();
    const wrong = y.findIndex((value, i) => value !== 2 * i);
    assertEquals(wrong, -1, `element ${wrong} of ${count}`);
  }
});

Deno.test("a write between launches is seen by the later launch alone", async () => {
  const x = device.tensor([4], Float32Array.of(1, 2, 3, 4));
  const before = device.empty([4]);
  const after = device.empty([4]);
  device.launch(double, { x, y: before }, { count: 4 }, elementGroups(4));
  device.write(x, Float32Array.of(5, 6, 7, 8));
  device.launch(double, { x, y: after }, { count: 4 }, elementGroups(4));
  assertEquals([...await before.read()], [2, 4, 6, 8]);
  assertEquals([...await after.read()], [10, 12, 14, 16]);
});

Deno.test("scopes release all but their result, also when they throw", () => {
  const { pool } = device;
  const live = pool.liveBytes;
  const kept = device.scope(() => {
    device.empty([1000]);
    const inner = device.scope(() => ({ list: [device.empty([500]), device.empty([10])] }));
    device.empty([2000]);
    return inner.list[0];
  });
  assertEquals(pool.liveBytes - live, kept.storage.bytes);
  assertThrows(() =>
    device.scope(() => {
      device.empty([1000]);
      throw new Error("stop");
    })
  );
  assertEquals(pool.liveBytes - live, kept.storage.bytes);
});

Deno.test("buffers are reused: the same work again allocates nothing", () => {
  const work = () => device.scope(() => [launchDouble(3000), launchDouble(100)][1].size);
  work();
  const allocated = device.pool.allocatedBytes;
  for (let i = 0; i < 10; i++) work();
  assertEquals(device.pool.allocatedBytes, allocated);
});

Deno.test("a tensor larger than the device binds is refused with the limit", () => {
  const limit = device.gpu.limits.maxStorageBufferBindingSize;
  assertThrows(() => device.empty([limit / 4 + 1]), RangeError, `binds at most ${limit}`);
});

Deno.test("wrong tensors, bindings, parameters and grids are refused by name", () => {
  assertThrows(() => device.empty([2, 0]), RangeError, "[2,0]");
  assertThrows(() => device.tensor([3], new Float32Array(2)), RangeError, "holds 3 values but 2");
  const x = device.empty([4]);
  assertThrows(() => device.launch(double, { x }, { count: 4 }, [1, 1, 1]), TypeError, "binding y");
  assertThrows(
    () => device.launch(double, { x, y: x }, {}, [1, 1, 1]),
    TypeError,
    "parameter count",
  );
  const wide = [1 + device.gpu.limits.maxComputeWorkgroupsPerDimension, 1, 1] as const;
  assertThrows(() => device.launch(double, { x, y: x }, { count: 4 }, wide), RangeError, "double:");
});

Deno.test("a GPU error names the op, and the device stays failed", async () => {
  const failing = await Device.open();
  const broken = new Kernel({
    name: "broken_op",
    write: ["y"],
    source: `@compute @workgroup_size(1) fn main() { y[0] = nothing; }`,
  });
  const y = failing.empty([1]);
  failing.launch(broken, { y }, {}, [1, 1, 1]);
  await assertRejects(() => y.read(), Error, "broken_op");
  assertThrows(() => failing.empty([1]), Error, "broken_op");
  failing.close();
});

Deno.test("a lost GPU becomes an exception that names the op at hand", async () => {
  let lose: (info: { reason: string; message: string }) => void = () => {};
  const gpu = {
    ...countingDevice().gpu,
    lost: new Promise((resolve) => lose = resolve),
  };
  const losing = new Device(gpu as unknown as GPUDevice, "losing device");
  losing.launch(double, { x: losing.empty([1]), y: losing.empty([1]) }, { count: 1 }, [1, 1, 1]);
  lose({ reason: "unknown", message: "driver reset" });
  await Promise.resolve();
  assertThrows(() => losing.empty([1]), Error, "GPU error near double: the GPU was lost: driver");
});

Deno.test("a counting device counts what the GPU would allocate", () => {
  const counting = countingDevice();
  const { peakBytes } = counting.pool;
  counting.scope(() => [counting.empty([1000]), counting.empty([1000])]);
  assertEquals(counting.pool.peakBytes - peakBytes, 8192);
  assert(counting.pool.liveBytes >= 8192);
});
