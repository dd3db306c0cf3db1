import { assert, assertEquals, assertRejects } from "@std/assert";
import { countingDevice } from "../../engine/counting_device.ts";
import { elementGroups, elementKernel } from "../../engine/kernel.ts";
import { openTestDevice } from "../device.ts";

const device = await openTestDevice();

const triple = elementKernel({
  name: "triple",
  read: ["x"],
  write: ["y"],
  source: `fn element(i: u32) { y[i] = 3.0 * x[i]; }`,
});

const COUNT = 100_000;
const x = device.tensor([COUNT], new Float32Array(COUNT).fill(2));
const y = device.empty([COUNT]);
const launch = () => device.launch(triple, { x, y }, { count: COUNT }, elementGroups(COUNT), COUNT);

Deno.test("profile: a span for each dispatch, in order, with what it computes and binds", async () => {
  const spans = await device.profile(() => {
    for (let i = 0; i < 5; i++) launch();
  });
  assertEquals(spans.length, 5);
  let end = 0;
  for (const { name, start, milliseconds, flops, bytes } of spans) {
    assertEquals([name, flops, bytes], ["triple", COUNT, 8 * COUNT]);
    assert(start >= end && milliseconds > 0, `${start} ${milliseconds} after ${end}`);
    end = start + milliseconds;
  }
  assertEquals((await y.read())[COUNT - 1], 6);
});

Deno.test("profile: more dispatches than a query set holds, captured ones too; none; then none again", async () => {
  const step = device.capture(launch);
  const spans = await device.profile(() => {
    for (let i = 0; i < 2100; i++) step.replay();
  });
  assertEquals(spans.length, 2100);
  assert(spans.every(({ start }, i) => i === 0 || start > spans[i - 1].start));
  assertEquals(await device.profile(() => {}), []);
  launch();
  await device.finish();
});

Deno.test("profile: an exception inside ends it; a GPU without timestamps is refused", async () => {
  const stopping = () => {
    launch();
    throw new Error("stop");
  };
  await assertRejects(() => device.profile(stopping), Error, "stop");
  assertEquals((await device.profile(launch)).length, 1);
  const blind = countingDevice();
  Object.assign(blind.gpu, { features: new Set() });
  await assertRejects(() => blind.profile(() => {}), Error, "no timestamp queries");
});
