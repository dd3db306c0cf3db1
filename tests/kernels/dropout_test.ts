import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Random } from "../../engine/random.ts";
import { filled, gradFrom } from "../../engine/tape.ts";
import { dropout } from "../../kernels/dropout.ts";
import { assertClose, device, randomArray, upload } from "../op_check.ts";

const SIZE = 10_001;
const ones = filled(device, [SIZE], 1);

/** The values of a dropout of ones as the first draw of a step. */
function draw(seed: number, step: number, rate = 0.5): Promise<Float32Array<ArrayBuffer>> {
  const random = new Random(device, seed);
  random.beginStep(step);
  return dropout(ones, rate, random).read();
}

Deno.test("dropout: keeps about 1 - rate of the values and their mean", async () => {
  for (const rate of [0, 0.1, 0.5, 0.9]) {
    const y = await draw(1, 1, rate);
    const factor = Math.fround(1 / (1 - rate));
    assert(y.every((value) => value === 0 || value === factor), `only 0 and ${factor}`);
    const kept = y.filter((value) => value !== 0).length / SIZE;
    // Five standard deviations of a binomial share.
    assert(Math.abs(kept - (1 - rate)) <= 5 * Math.sqrt(rate * (1 - rate) / SIZE), `kept ${kept}`);
  }
});

Deno.test("dropout: the mask hangs on seed, step and draw alone", async () => {
  const mask = await draw(1, 5);
  assertEquals(await draw(1, 5), mask);
  for (const [seed, step] of [[1, 6], [2, 5]]) {
    const other = await draw(seed, step);
    const equal = other.filter((value, i) => value === mask[i]).length / SIZE;
    assert(
      Math.abs(equal - 0.5) < 0.03,
      `masks of other steps and seeds are independent: ${equal}`,
    );
  }
  const random = new Random(device, 1);
  random.beginStep(5);
  assertEquals(await dropout(ones, 0.5, random).read(), mask);
  assertNotEquals(await dropout(ones, 0.5, random).read(), mask);
});

Deno.test("dropout: the gradient goes through the same mask", async () => {
  const shape = [3, 1, 7, 5];
  const random = new Random(device, 3);
  const x = randomArray(1, shape, 1, 2);
  const upstream = randomArray(2, shape);
  const input = upload(x);
  const { output, gradients: [gradient] } = gradFrom(
    device,
    [input],
    () => {
      const y = dropout(input, 0.4, random);
      dropout(input, 0.4, random); // a later draw must not change the mask of the first
      return y;
    },
    () => upload(upstream),
  );
  const expected = (await output.read()).map((y, i) => y / x.data[i] * upstream.data[i]);
  assert(expected.some((value) => value === 0) && expected.some((value) => value !== 0));
  assertClose(await gradient.read(), expected, 1e-6, "gradient");
});

Deno.test("dropout: refuses rates that leave nothing", () => {
  const random = new Random(device, 1);
  for (const rate of [-0.1, 1, NaN]) {
    assertThrows(
      () => dropout(ones, rate, random),
      RangeError,
      `dropout: rate ${rate} must be in [0, 1)`,
    );
  }
});
