import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Kernel } from "../../engine/kernel.ts";
import { grad } from "../../engine/tape.ts";
import { packedSize, sizeOf, type Tensor, tensorsIn } from "../../engine/tensor.ts";
import { add, multiply, scale } from "../../kernels/elementwise.ts";
import { sum } from "../../kernels/reduce.ts";
import { openTestDevice } from "../device.ts";

const device = await openTestDevice();
const eager = await openTestDevice({ eager: true });

const put = new Kernel({
  name: "put",
  write: ["y"],
  source: "@compute @workgroup_size(1) fn main() { y[0] = 7.0; }",
});
const shapes = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 5,
});
const ramp = (length: number, start = 0) => Float32Array.from({ length }, (_, i) => start + i);

Deno.test("tensorsIn: parts are written, read and computed with by themselves", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shapes) => {
      const parts = tensorsIn(device.empty([packedSize(shapes)]), shapes);
      parts.forEach((part, i) => device.write(part, ramp(part.size, 1000 * i)));
      for (const [i, part] of parts.entries()) {
        const expected = ramp(sizeOf(shapes[i]), 1000 * i);
        assertEquals(await part.read(), expected);
        assertEquals(await scale(part, 2).read(), expected.map((value) => 2 * value));
      }
    }),
    { seed: 1, numRuns: 5 },
  );
});

Deno.test("join: gradients lie in one tensor, captured without a copy", async () => {
  for (const [name, opened] of Object.entries({ device, eager })) {
    const x = [3, 70, 5].map((length) => opened.tensor([length], ramp(length)));
    const step = opened.capture(() => {
      const { gradients } = grad(
        opened,
        x,
        () => x.map((x) => sum(multiply(x, scale(x, 0.5)))).reduce((a, b) => add(a, b)),
      );
      return opened.join(gradients);
    });
    step.replay();
    const values = await step.result.read();
    for (const part of tensorsIn(step.result, x.map(({ shape }) => shape))) {
      assertEquals(await part.read(), ramp(part.size), name);
    }
    assertEquals(values.length, 64 + 128 + 64);
  }
  const count = (body: () => Tensor) => device.capture(body).commands.length;
  const x = device.tensor([3], ramp(3));
  assertEquals(count(() => device.join([scale(x, 2), scale(x, 3)])), 2);
});

Deno.test("join: what was read, given twice, or made outside is copied", async () => {
  for (const opened of [device, eager]) {
    const x = opened.tensor([70], ramp(70));
    const step = opened.capture(() => {
      const read = scale(x, 2);
      const reader = scale(read, 3);
      const twice = scale(x, 5);
      return { whole: opened.join([x, read, twice, twice, reader]), read };
    });
    step.replay();
    const parts = tensorsIn(step.result.whole, Array(5).fill([70]));
    for (const [i, factor] of [1, 2, 5, 5, 6].entries()) {
      assertEquals(await parts[i].read(), ramp(70).map((value) => factor * value));
    }
    assertEquals(await step.result.read.read(), ramp(70).map((value) => 2 * value));
  }
});

Deno.test("derived: what was made of a part is made anew when the whole has been written", () => {
  const whole = device.tensor([128], ramp(128));
  const [part, other] = tensorsIn(whole, [[64], [64]]);
  const made: Tensor[] = [];
  device.capture(() => {
    const derive = (x: Tensor) => made.push(device.derived(x, "double", () => scale(x, 2)));
    derive(part);
    derive(part);
    derive(other);
    device.join([whole]); // reads
    derive(part);
    device.launch(put, { y: whole }, {}, [1, 1, 1]);
    derive(part);
  });
  assert(made[0] === made[1] && made[0] !== made[2] && made[0] === made[3] && made[3] !== made[4]);
});
