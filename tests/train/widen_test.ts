import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { figures } from "../../data/figures/figures.ts";
import { storedFloat32, type StoredTensor } from "../../engine/safetensors.ts";
import { BatchBuffers } from "../../model/inputs.ts";
import { discriminator } from "../../model/discriminator.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { packBatch } from "../../data/batch.ts";
import { paperRecipe } from "../../train/recipe.ts";
import { Trainer } from "../../train/trainer.ts";
import { widen, widened } from "../../train/widen.ts";
import { device } from "../op_check.ts";
import { largestDifference } from "../data/fixtures.ts";

const training = { recipe: paperRecipe, steps: 9, seed: 3, vgg: null };

async function trainers(before: number, after: number) {
  const [narrow, wide] = [before, after].map((width) =>
    Trainer.create(device, modelConfiguration({ preset: "demo", width }), training)
  );
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of narrow.parameters) {
    tensors.set(name, storedFloat32(await tensor.read(), tensor.shape));
  }
  const checkpoint = { path: "memory", metadata: { width: String(before) }, tensors };
  wide.beginWith(widened(checkpoint, wide.configuration));
  return { narrow, wide };
}

for (const [before, after] of [[4, 6], [3, 8]]) {
  Deno.test(`widen: both networks do at width ${after} what they did at ${before}`, async () => {
    const { narrow, wide } = await trainers(before, after);
    const { size, skeleton, regions, sigma } = narrow.configuration;
    const pairs = [await figures({ size, seed: 1 }).pair("test", 0)];
    const [painted, again] = [
      await narrow.painter.paint(pairs, 1),
      await wide.painter.paint(pairs, 1),
    ];
    assert(largestDifference(painted[0].pixels, again[0].pixels) <= 1);

    const buffers = new BatchBuffers(device, 1, size, skeleton);
    buffers.write(packBatch(pairs, skeleton, regions));
    const inputs = buffers.inputs(sigma);
    const logits = ({ parameters, configuration }: Trainer) =>
      discriminator(inputs.target, inputs, parameters, configuration, null).read();
    const [narrowLogits, wideLogits] = [await logits(narrow), await logits(wide)];
    for (const [i, logit] of narrowLogits.entries()) assertAlmostEquals(wideLogits[i], logit, 1e-5);
  });
}

Deno.test("widen: a weight is shared out, unevenly, among the copies of its input", () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 6 }),
    (before, more) => {
      const after = before + more;
      const name = "generator.pose.1.weight";
      const old = Float32Array.from({ length: before * before }, (_, i) => i + 1);
      const { data } = widen(
        new Map([[name, { shape: [before, before, 1, 1], data: old }]]),
        [{ name, shape: [after, after, 1, 1] }],
        { before, after },
      ).get(name)!;
      for (let o = 0; o < after; o++) {
        const sums = new Float64Array(before);
        const row = data.subarray(o * after, (o + 1) * after);
        row.forEach((weight, i) => sums[i % before] += weight);
        sums.forEach((sum, i) => assertAlmostEquals(sum, old[o % before * before + i], 1e-4));
        assertEquals(new Set(row).size, after);
      }
    },
  );
  fc.assert(property);
});
