import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { metricNamed, type WeightedMetric } from "../../evaluate/metrics.ts";
import { Tools } from "../../evaluate/tools.ts";
import { human } from "../../pose/skeleton.ts";
import { inFolder, patternPicture, withVariable } from "../data/fixtures.ts";
import { syntheticModel } from "../networks/centernet/synthetic_model.ts";
import { device } from "../op_check.ts";

/** Runs `test` with a user's cache that has a CenterNet of known weights. */
async function withCache(test: (folder: string) => Promise<void>) {
  await inFolder((cache) =>
    withVariable("XDG_CACHE_HOME", cache, async () => {
      const folder = join(cache, "repose");
      const { model, weights } = syntheticModel();
      await Deno.mkdir(folder);
      await Deno.writeTextFile(join(folder, "centernet.json"), model);
      await Deno.writeFile(join(folder, "centernet.bin"), weights);
      await test(folder);
    })
  );
}

const tools = new Tools(
  device,
  { size: { width: 40, height: 30 }, skeleton: human },
  () => Promise.reject(new Error("no pose is asked for")),
);

Deno.test("ds-centernet: the likeliest person's score, by the weights of the user's cache", async () => {
  await withCache(async () => {
    const detector = await tools.detector();
    const metric = metricNamed("ds-centernet") as WeightedMetric;
    assertEquals(metric.rows, ["output", "source", "real"]);
    const score = await metric.open(tools);
    const target = { name: "target", picture: patternPicture(20, 30), joints: [] };
    for (const seed of [1, 2]) {
      const painted = patternPicture(40, 30, seed);
      const { score: expected } = await detector.detect(painted);
      assertAlmostEquals(await score(painted, target) as number, expected, 1e-9);
    }
  });
});

Deno.test("detector: damaged weights are named in one line", async () => {
  await withCache(async (folder) => {
    await Deno.truncate(join(folder, "centernet.bin"), 100);
    await assertRejects(
      () => tools.detector(),
      Error,
      "centernet.json: the weights have 100 bytes and end before MobilenetV3/Conv/Conv2D_weights",
    );
  });
});
