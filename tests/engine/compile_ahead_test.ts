import { assertEquals, assertRejects } from "@std/assert";
import { compileAhead, kernelsOf } from "../../engine/compile_ahead.ts";
import { Device } from "../../engine/device.ts";
import { elementGroups, elementKernel } from "../../engine/kernel.ts";
import { KernelError } from "../../engine/pipelines.ts";
import { openTestDevice } from "../device.ts";

const device = await openTestDevice();

const times = (factor: string) =>
  elementKernel({
    name: `times ${factor}`,
    write: ["y"],
    source: `fn element(i: u32) { y[i] *= ${factor}; }`,
  });
const kernels = Array.from({ length: 6 }, (_, i) => times(`${i + 1}.0`));

/** Launches those kernels twice. */
const launching = (kernels: readonly ReturnType<typeof times>[]) => (device: Device) => {
  const y = device.tensor([1], Float32Array.of(1));
  for (const kernel of [...kernels, ...kernels]) {
    device.launch(kernel, { y }, { count: 1 }, elementGroups(1));
  }
  return y;
};

Deno.test("kernelsOf: each once, in the order of their launches", () => {
  assertEquals(kernelsOf("software", launching(kernels)), kernels);
});

Deno.test("compileAhead: launches find all compiled, and compute as ever", async () => {
  const seen: string[] = [], progress: string[] = [];
  const watched = await Device.open({ onCompile: ({ name }) => seen.push(name) });
  seen.length = 0;
  const work = launching(kernels);
  await compileAhead(watched, work, (ready, of) => progress.push(`${ready} of ${of}`));
  assertEquals(progress, ["1 of 6", "2 of 6", "3 of 6", "4 of 6", "5 of 6", "6 of 6"]);
  assertEquals(await work(watched).read(), Float32Array.of(720 * 720));
  assertEquals(seen, kernels.map(({ name }) => name));
  watched.close();
});

Deno.test("compileAhead: says which kernel does not compile", async () => {
  const work = launching([times("2.0"), times("nothing")]);
  await assertRejects(
    () => compileAhead(device, work, () => {}),
    KernelError,
    "kernel times nothing",
  );
});

Deno.test("compileAhead: ends when it is told to", async () => {
  const stopping = new AbortController();
  const progress: number[] = [];
  const onProgress = (ready: number) => {
    progress.push(ready);
    stopping.abort("enough");
  };
  const work = launching(Array.from({ length: 20 }, (_, i) => times(`0.${i + 1}`)));
  const reason = await compileAhead(device, work, onProgress, stopping.signal).catch((e) => e);
  assertEquals(reason, "enough");
  assertEquals(progress, [1]);
});
