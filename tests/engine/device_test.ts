import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { countingDevice } from "../../engine/counting_device.ts";
import { Device } from "../../engine/device.ts";
import { elementGroups, elementKernel, Kernel } from "../../engine/kernel.ts";
import { KernelError } from "../../engine/pipelines.ts";
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

Deno.test("the grid is the launch's own, also where all else is that of an earlier one", async () => {
  const count = new Kernel({
    name: "count",
    write: ["y"],
    source: `@compute @workgroup_size(1) fn main(@builtin(num_workgroups) groups: vec3<u32>) {
  y[0] = f32(groups.x);
}`,
  });
  const y = device.empty([1]);
  for (const groups of [2, 5]) {
    device.launch(count, { y }, {}, [groups, 1, 1]);
    assertEquals(await y.read(), Float32Array.of(groups));
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
  const made = elementKernel({ name: "made", read: ["x" as string], source: "" }); // names unknown to types
  assertThrows(() => device.launch(made, {}, { count: 4 }, [1, 1, 1]), TypeError, "binding x");
  const sized = new Kernel({ name: "sized", write: ["y"], sizes: ["n" as string], source: "" });
  assertThrows(() => device.launch(sized, { y: x }, {}, [1, 1, 1]), TypeError, "parameter n");
  const wide = [1 + device.gpu.limits.maxComputeWorkgroupsPerDimension, 1, 1] as const;
  assertThrows(() => device.launch(double, { x, y: x }, { count: 4 }, wide), RangeError, "double:");
});

Deno.test("a kernel that does not compile is named, with the compiler's words, the line and its text", async () => {
  const failing = await Device.open();
  const broken = new Kernel({
    name: "broken_op",
    read: ["x"],
    write: ["y"],
    source: `@compute @workgroup_size(1) fn main() {
  let twice = 2.0 * x[0];
  y[0] = twize;
}`,
  });
  const [x, y] = [failing.tensor([1], Float32Array.of(3)), failing.empty([1])];
  // Others come before and after it.
  failing.launch(double, { x, y }, { count: 1 }, [1, 1, 1]);
  failing.launch(broken, { x, y }, {}, [1, 1, 1]);
  failing.launch(double, { x: y, y: x }, { count: 1 }, [1, 1, 1]);
  const { message } = await assertRejects(() => x.read(), KernelError);
  for (
    const words of [
      "kernel broken_op does not compile, line 5 of its WGSL:\n",
      "no definition in scope for identifier: `twize`",
      "\n5 │   y[0] = twize;\n",
    ]
  ) assertStringIncludes(message, words);
  assertThrows(() => failing.empty([1]), KernelError, message);
  await assertRejects(() => failing.finish(), KernelError, message);
  failing.close();
});

Deno.test("a kernel that compiles but cannot run is named", async () => {
  const failing = await Device.open();
  const nowhere = new Kernel({
    name: "no_entry",
    write: ["y"],
    source: `@compute @workgroup_size(1) fn mein() { y[0] = 1.0; }`,
  });
  const y = failing.empty([1]);
  failing.launch(nowhere, { y }, {}, [1, 1, 1]);
  const { message } = await assertRejects(() => y.read(), KernelError);
  assertStringIncludes(message, "kernel no_entry cannot run: ");
  failing.close();
});

/** Writes what it reads, which a GPU refuses for one buffer: an error of the launch, not of the kernel. */
async function failsOnLaunch(eager: boolean): Promise<string> {
  const failing = await Device.open({ eager });
  const [x, y] = [failing.empty([1]), failing.empty([1])];
  const twice = elementKernel({
    name: "twice",
    read: ["x"],
    write: ["y"],
    source: `fn element(i: u32) { y[i] = 2.0 * x[i]; }`,
  });
  failing.launch(twice, { x, y: x }, { count: 1 }, [1, 1, 1]);
  for (let i = 0; i < 3; i++) failing.launch(double, { x, y }, { count: 1 }, [1, 1, 1]);
  const { message } = await assertRejects(() => y.read(), Error);
  failing.close();
  return message;
}

Deno.test("a launch that the GPU refuses: its kernel is named where each runs by itself, else one near it", async () => {
  assertMatch(await failsOnLaunch(true), /^kernel twice: /);
  assertMatch(await failsOnLaunch(false), /^GPU error near double: /);
});

Deno.test("each kernel is seen once, before it is compiled", async () => {
  const seen: string[] = [];
  const watched = await Device.open({ onCompile: ({ name }) => seen.push(name) });
  const [x, y] = [watched.empty([1]), watched.empty([1])];
  for (let i = 0; i < 3; i++) watched.launch(double, { x, y }, { count: 1 }, [1, 1, 1]);
  await watched.finish();
  assertEquals(seen, ["known_answer", "double"]);
  watched.close();
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
