import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Kernel } from "../../engine/kernel.ts";
import { normal, PHILOX, Random } from "../../engine/random.ts";
import { device } from "../op_check.ts";

Deno.test("Philox4x32-10 gives the known answers of its authors", async () => {
  const kernel = new Kernel({
    name: "known_philox",
    words: ["input"],
    writeWords: ["output"],
    write: [],
    source: `${PHILOX}
@compute @workgroup_size(1) fn main() {
  for (var k = 0u; k < 3u; k++) {
    let at = k * 6u;
    let counter = vec4<u32>(input[at], input[at + 1u], input[at + 2u], input[at + 3u]);
    let words = philox(counter, vec2<u32>(input[at + 4u], input[at + 5u]));
    for (var i = 0u; i < 4u; i++) { output[k * 4u + i] = words[i]; }
  }
}`,
  });
  // Random123's kat_vectors: counter and key of zeros, of ones, and of digits of pi.
  // deno-fmt-ignore
  const input = Uint32Array.of(
    0, 0, 0, 0, 0, 0,
    0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
    0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
  );
  // deno-fmt-ignore
  const expected = [
    0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8,
    0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
    0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
  ];
  const output = device.empty([12]);
  device.launch(kernel, { input: device.tensor([18], input), output }, {}, [1, 1, 1]);
  assertEquals([...new Uint32Array(await device.readBytes(output))], expected);
});

Deno.test("normal draws have the mean, deviation and tails of a normal distribution", async () => {
  const random = new Random(device, 7);
  const count = 200_000;
  const draws = await normal(random, [count], 3, 0.5).read();
  const z = draws.map((value) => (value - 3) / 0.5);
  const moment = (power: number) => z.reduce((total, value) => total + value ** power, 0) / count;
  assert(Math.abs(moment(1)) < 0.01, `mean ${moment(1)}`);
  assert(Math.abs(moment(2) - 1) < 0.02, `variance ${moment(2)}`);
  assert(Math.abs(moment(3)) < 0.05, `skewness ${moment(3)}`);
  assert(Math.abs(moment(4) - 3) < 0.1, `kurtosis ${moment(4)}`);
});

Deno.test("draws depend on seed, step and stream, and on nothing else", async () => {
  const draw = async (seed: number, step: number, skip: number) => {
    const random = new Random(device, seed);
    random.beginStep(step);
    for (let i = 0; i < skip; i++) random.nextStream();
    return [...await normal(random, [8], 0, 1).read()];
  };
  const first = await draw(1, 2, 3);
  assertEquals(await draw(1, 2, 3), first);
  assertNotEquals(await draw(2, 2, 3), first);
  assertNotEquals(await draw(1, 3, 3), first);
  assertNotEquals(await draw(1, 2, 4), first);
});
