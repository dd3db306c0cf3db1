import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Device } from "../../engine/device.ts";
import { grad } from "../../engine/tape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { add, multiply, scale } from "../../kernels/elementwise.ts";
import { mean } from "../../kernels/reduce.ts";
import { openTestDevice } from "../device.ts";

const device = await openTestDevice();
const eager = await openTestDevice({ eager: true });

const COUNT = 1000;
const ramp = (slope: number) => Float32Array.from({ length: COUNT }, (_, i) => slope * (i % 7));

/** x doubled `times` times, one op after the other. */
function chain(x: Tensor, times: number): Tensor {
  let y = x;
  for (let i = 0; i < times; i++) y = scale(y, 2);
  return y;
}

Deno.test("capture: replays give the eager step's bits, whatever the outside tensors hold", async () => {
  const run = async (device: Device) => {
    const x = device.tensor([COUNT], ramp(0));
    const weight = device.tensor([COUNT], ramp(1));
    const step = device.capture(() => {
      const { loss, gradients } = grad(device, [weight], () => {
        const squares = multiply(multiply(x, weight), weight);
        return mean(add(squares, chain(weight, 5)));
      });
      return { loss, gradient: gradients[0] };
    });
    const values: Float32Array[] = [];
    for (const slope of [0.3, -2, 0.3]) {
      device.write(x, ramp(slope));
      step.replay();
      values.push(await step.result.loss.read(), await step.result.gradient.read());
    }
    return values;
  };
  const captured = await run(device);
  assertEquals(captured, await run(eager));
  assertEquals(captured[5], captured[1]);
  assertNotEquals(captured[3], captured[1]);
});

Deno.test("capture: the step's tensors share memory by their lives", () => {
  const x = device.tensor([COUNT], ramp(1));
  const bytes = 256 * Math.ceil(4 * COUNT / 256);
  for (const length of [2, 3, 50]) {
    const { liveBytes } = device.pool;
    const step = device.capture(() => chain(x, length));
    assertEquals(step.bytes, 2 * bytes);
    assertEquals(device.pool.liveBytes - liveBytes, step.bytes);
  }
  const wide = device.capture(() => [1, 2, 3, 4].map((times) => chain(x, times)));
  assertEquals(wide.bytes, 5 * bytes);
});

Deno.test("capture: results keep their values through later launches and other steps' replays", async () => {
  const x = device.tensor([COUNT], ramp(1));
  const early = device.capture(() => {
    const [first, last] = [scale(x, 3), chain(x, 10)];
    return { first, last, given: x };
  });
  const other = device.capture(() => chain(x, 20));
  early.replay();
  other.replay();
  device.scope(() => void chain(x, 30));
  assertEquals(await early.result.first.read(), ramp(3));
  assertEquals(await early.result.last.read(), ramp(1024));
  assertEquals(await early.result.given.read(), ramp(1));
});

Deno.test("capture: writing, reading and capturing inside are refused", () => {
  const x = device.tensor([COUNT], ramp(1));
  const refusals: [() => unknown, string][] = [
    [() => device.write(x, ramp(2)), "write: not inside a captured step"],
    [() => device.tensor([1], new Float32Array(1)), "write: not inside a captured step"],
    [() => device.capture(() => scale(x, 2)), "capture: not inside a captured step"],
  ];
  for (const [body, message] of refusals) {
    assertThrows(() => device.capture(body), Error, message);
  }
  let reading: Promise<unknown> = Promise.resolve();
  device.capture(() => void (reading = scale(x, 2).read().catch(({ message }) => message)));
  return reading.then((message) => assertEquals(message, "read: not inside a captured step"));
});

Deno.test("capture: an exception inside leaves the device as it was", async () => {
  const x = device.tensor([COUNT], ramp(1));
  const { liveBytes } = device.pool;
  assertThrows(
    () =>
      device.capture(() => {
        grad(device, [x], () => {
          scale(x, 2);
          throw new Error("stop");
        });
      }),
    Error,
    "stop",
  );
  assertEquals([device.pool.liveBytes, device.tape], [liveBytes, null]);
  assertEquals(await device.scope(() => scale(x, 5)).read(), ramp(5));
  const step = device.capture(() => scale(x, 6));
  step.replay();
  assertEquals(await step.result.read(), ramp(6));
});

Deno.test("capture: replays allocate nothing", async () => {
  const x = device.tensor([COUNT], ramp(1));
  const step = device.capture(() => chain(x, 5));
  step.replay();
  const { liveBytes, allocatedBytes } = device.pool;
  for (let i = 0; i < 20; i++) step.replay();
  await device.finish();
  assertEquals([device.pool.liveBytes, device.pool.allocatedBytes], [liveBytes, allocatedBytes]);
});

Deno.test("capture: a captured launch that cannot run is refused while tracing, eagerly at the replay", () => {
  const refused = (device: Device) => device.capture(() => device.empty([2, 0]));
  assertThrows(() => refused(device), RangeError, "[2,0]");
  const step = refused(eager);
  assertThrows(() => step.result, Error, "has not run yet");
  assertThrows(() => step.replay(), RangeError, "[2,0]");
});

Deno.test("capture: a tensor of the step has no values before its trace ends", () => {
  let message = "";
  device.capture(() => {
    const y = device.empty([4]);
    try {
      message = String(y.storage.buffer);
    } catch (error) {
      message = (error as Error).message;
    }
  });
  assert(message.includes("has no values before its end"), message);
});
