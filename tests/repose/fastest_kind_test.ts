import { assert, assertEquals } from "@std/assert";
import { countingDevice } from "../../engine/counting_device.ts";
import { fastestKind } from "../../kernels/probe.ts";
import { kindsLike } from "../../kernels/tuning.ts";
import { type AnswerStore, beFastest } from "../../repose/fastest_kind.ts";
import { Device } from "../../engine/device.ts";
import { openTestDevice } from "../device.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A device of which nothing can be measured. */
const deaf = () => countingDevice("software");
const measures = () => {
  throw new Error("measured");
};

function storeWith(answer: string | null): AnswerStore & { readonly kept: Map<string, string> } {
  const kept = new Map(answer === null ? [] : [["a card", answer]]);
  return {
    kept,
    get: (name) => Promise.resolve(kept.get(name) ?? null),
    set: (name, answer) => Promise.resolve(void kept.set(name, answer)),
  };
}

const answer = (kind: string, daysAgo: number) =>
  JSON.stringify({ kind, measured: Date.now() - daysAgo * DAY_MS });

Deno.test("beFastest: what was measured in the last month holds", async () => {
  const device = deaf();
  const store = storeWith(answer("software-uniform", 29));
  await beFastest(device, "a card", store, measures);
  assertEquals(device.kind, "software-uniform");
});

Deno.test("beFastest: measures anew what is missing, old, broken or of another device", async () => {
  const answers = [
    null,
    answer("software", 31),
    "{",
    "null",
    "[]",
    '{"kind": "software"}',
    answer("gpu", 1),
  ];
  for (const kept of answers) {
    const device = deaf();
    let asked = 0;
    await beFastest(device, "a card", storeWith(kept), () => {
      asked++;
      throw new Error("measured");
    }).catch(() => {});
    assertEquals([asked, device.kind], [1, "software"], String(kept));
  }
});

Deno.test("beFastest: nothing is measured where there is nothing to choose from", async () => {
  const device = countingDevice("swiftshader");
  await beFastest(device, "a card", storeWith(null), measures);
  assertEquals(device.kind, "swiftshader");
});

Deno.test("beFastest: what is measured is kept, and is the same as long as it holds", async () => {
  const device = await openTestDevice();
  const { kind } = device;
  const store = storeWith(null);
  let asked = 0;
  const onProbe = () => void asked++;
  await beFastest(device, "a card", store, onProbe);
  const { kind: chosen } = device;
  assert(kindsLike(kind).includes(chosen), chosen);
  assertEquals(device.pool.liveBytes, 0);
  device.kind = kind;
  await beFastest(device, "a card", store, onProbe);
  assertEquals([asked, device.kind], [1, chosen]);
  device.kind = kind;
});

Deno.test("fastestKind: a GPU without a clock of its own is timed from outside", async () => {
  const clockless = {
    async requestAdapter() {
      const adapter = await navigator.gpu.requestAdapter();
      return adapter && {
        ...{ limits: adapter.limits, features: new Set(), info: adapter.info },
        requestDevice: (descriptor: GPUDeviceDescriptor) => adapter.requestDevice(descriptor),
      };
    },
  } as unknown as GPU;
  const device = await Device.open({}, clockless);
  const kinds = kindsLike(device.kind);
  assert(kinds.includes(await fastestKind(device)));
  device.close();
});
