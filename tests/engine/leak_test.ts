/** Counts every buffer and bind group that is made, by whatever part of the engine, and what becomes of it. */
import { assert, assertEquals } from "@std/assert";
import v8 from "node:v8";
import vm from "node:vm";
import { Device } from "../../engine/device.ts";
import { elementGroups, elementKernel, Kernel } from "../../engine/kernel.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { cropAndResize } from "../../kernels/crop_and_resize.ts";
import { scale } from "../../kernels/elementwise.ts";
import { openTestDevice } from "../device.ts";

const made = { buffers: 0, bindGroups: 0 };
let destroyed = 0;
const bindGroups: WeakRef<GPUBindGroup>[] = [];

const { createBuffer, createBindGroup } = GPUDevice.prototype;
const { destroy } = GPUBuffer.prototype;
GPUDevice.prototype.createBuffer = function (descriptor) {
  made.buffers++;
  return createBuffer.call(this, descriptor);
};
GPUDevice.prototype.createBindGroup = function (descriptor) {
  made.bindGroups++;
  const group = createBindGroup.call(this, descriptor);
  bindGroups.push(new WeakRef(group));
  return group;
};
GPUBuffer.prototype.destroy = function () {
  destroyed++;
  return destroy.call(this);
};

v8.setFlagsFromString("--expose-gc");
const collectGarbage: () => void = vm.runInNewContext("gc");

/** What is there: buffers that nobody destroyed, and bind groups that somebody still holds. */
async function alive(): Promise<{ buffers: number; bindGroups: number }> {
  await new Promise((resolve) => setTimeout(resolve)); // held until here: what a WeakRef gave
  collectGarbage();
  return {
    buffers: made.buffers - destroyed,
    bindGroups: bindGroups.filter((group) => group.deref() !== undefined).length,
  };
}

const device = await openTestDevice();

/** More than the 4,096 launches that a device keeps. */
const CROPS = 5000;

const [picture, side] = [{ height: 12, width: 9 }, 4];
const frame = device.empty([1, 3, side, side]);
const pixels = new Uint32Array(81).fill(0x80402010);

/** Crops no two of which have the same parameters. */
function crop(first: number, last: number): void {
  for (let i = first; i < last; i++) {
    const square = { left: i / 1000, top: 1, size: 5 };
    device.scope(() => cropAndResize(device.tensor([81], pixels), picture, square, frame));
  }
}

Deno.test(`leaks: ${CROPS} different crops leave no buffer, and no more bind groups than are kept`, async () => {
  const step = device.capture(() => scale(frame, 3));
  crop(0, 1);
  step.replay();
  const expected = await step.result.read();
  const before = await alive();
  crop(1, CROPS);
  await device.finish();
  const after = await alive();
  assertEquals(after.buffers, before.buffers);
  assert(after.bindGroups <= before.bindGroups + 4096, `${after.bindGroups} bind groups`);
  // The step's own parameters are still there.
  crop(0, 1);
  step.replay();
  assertEquals(await step.result.read(), expected);
});

Deno.test("leaks: parameters reach their launch, however many launches wait to be submitted", async () => {
  const put = new Kernel({
    name: "put",
    write: ["y"],
    sizes: ["at"],
    scalars: ["value"],
    source: "@compute @workgroup_size(1) fn main() { y[p.at] = p.value; }",
  });
  const y = device.empty([CROPS]);
  for (let at = 0; at < CROPS; at++) device.launch(put, { y }, { at, value: at / 2 }, [1, 1, 1]);
  assertEquals(await y.read(), Float32Array.from({ length: CROPS }, (_, at) => at / 2));
});

const half = elementKernel({
  name: "half",
  read: ["x"],
  write: ["y"],
  source: "fn element(i: u32) { y[i] = 0.5 * x[i]; }",
});

/** What a program does again and again: launches, reading, uploads, a step, a profile. */
async function work(device: Device, x: Tensor, replay: () => Tensor): Promise<void> {
  await device.scope(() => {
    const y = device.empty(x.shape);
    device.launch(half, { x, y }, { count: x.size }, elementGroups(x.size));
    return y.read();
  });
  device.write(x, new Float32Array(x.size));
  await replay().read();
  await device.profile(() => replay());
}

for (const eager of [false, true]) {
  Deno.test(`leaks: the same work again makes nothing that stays, ${eager ? "op by op" : "captured"}`, async () => {
    const device = await Device.open({ eager });
    const x = device.tensor([100], new Float32Array(100));
    const step = device.capture(() => scale(scale(x, 2), 3));
    const replay = () => {
      step.replay();
      return step.result;
    };
    const rounds = async (count: number) => {
      for (let i = 0; i < count; i++) await work(device, x, replay);
      return { ...await alive(), liveBytes: device.pool.liveBytes };
    };
    const early = await rounds(3);
    const { bindGroups } = made;
    assertEquals(await rounds(10), early);
    assertEquals(made.bindGroups, bindGroups);
    device.close();
  });
}
