import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { figures } from "../../data/figures/figures.ts";
import { Device } from "../../engine/device.ts";
import { Random } from "../../engine/random.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { generatorParameters } from "../../model/generator.ts";
import { Painter } from "../../repose/painter.ts";
import { initialParameters } from "../../model/parameters.ts";

const configuration = modelConfiguration({ preset: "demo", width: 4 });
const data = figures({ size: configuration.size, seed: 1 });

const pairsOf = (...indices: number[]) =>
  Promise.all(indices.map((index) => data.pair("train", index)));

/** Several batches in turn, painted with fixed weights, without and with dropout. */
async function paintings(eager: boolean): Promise<Uint8Array[]> {
  const device = await Device.open({ eager });
  const weights = initialParameters(new Random(device, 1), generatorParameters(configuration));
  const painter = new Painter(device, configuration, weights);
  const noise = new Random(device, 7);
  const painted: Uint8Array[] = [];
  for (const indices of [[0, 1], [2, 3], [4], [0, 1]]) {
    const pairs = await pairsOf(...indices);
    const paint = async (noise: Random | null) => {
      const pictures = await painter.paint(pairs, 2, noise);
      painted.push(Uint8Array.from(pictures.flatMap(({ pixels }) => [...pixels])));
    };
    await paint(null);
    for (const step of [1, 2, 1]) {
      noise.beginStep(step);
      await paint(noise);
    }
  }
  device.close();
  return painted;
}

Deno.test("painter: captured painting gives the bytes of painting op by op, dropout too", async () => {
  const captured = await paintings(false);
  assertEquals(captured, await paintings(true));
  const [plain, noisy, other, again] = captured;
  assertEquals(again, noisy);
  assertNotEquals(other, noisy);
  assertNotEquals(plain, noisy);
  assertEquals(captured.slice(12), captured.slice(0, 4));
  assertNotEquals(captured[4], plain);
  assertEquals(captured.map(({ length }) => length / (64 * 32 * 3)).join(""), "2222222211112222");
  assert(plain.some((value) => value !== plain[0]));
});

Deno.test("painter: paints with other weights once they are loaded", async () => {
  const device = await Device.open();
  const weights = (seed: number) =>
    initialParameters(new Random(device, seed), generatorParameters(configuration));
  const [first, second] = [weights(1), weights(2)];
  const painter = new Painter(device, configuration, first);
  const pairs = await pairsOf(0);
  const before = await painter.paint(pairs);
  const expected = await new Painter(device, configuration, second).paint(pairs);
  const values = await Promise.all(
    [...second].map(async ([name, tensor]) =>
      [name, { shape: tensor.shape, data: await tensor.read() }] as const
    ),
  );
  painter.load({ values: new Map(values) });
  const after = await painter.paint(pairs);
  device.close();
  assertEquals(after, expected);
  assertNotEquals(after, before);
});
