import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { metricNamed, type WeightedMetric } from "../../evaluate/metrics.ts";
import { Tools } from "../../evaluate/tools.ts";
import { PersonDetector } from "../../networks/centernet/detector.ts";
import { readWeights } from "../../networks/files/read_weights.ts";
import { parseGraphWeights } from "../../networks/formats/graph_weights.ts";
import { human } from "../../pose/skeleton.ts";
import { inFolder, patternPicture } from "../data/fixtures.ts";
import { syntheticModel } from "../networks/centernet/synthetic_model.ts";
import { device } from "../op_check.ts";

const tools = new Tools(
  device,
  { size: { width: 40, height: 30 }, skeleton: human },
  () => Promise.reject(new Error("no pose is asked for")),
);

Deno.test("ds-centernet: the likeliest person's score", async () => {
  const detector = PersonDetector.from(device, parseGraphWeights(syntheticModel()));
  tools.detector = () => Promise.resolve(detector);
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

Deno.test("a graph model's damaged weights are named in one line", async () => {
  await inFolder(async (folder) => {
    const { model, weights } = syntheticModel();
    await Deno.writeTextFile(join(folder, "centernet.json"), model);
    await Deno.writeFile(join(folder, "centernet.bin"), weights.subarray(0, 100));
    await assertRejects(
      () => readWeights(join(folder, "centernet.json")),
      Error,
      "centernet.json: the weights have 100 bytes and end before MobilenetV3/Conv/Conv2D_weights",
    );
  });
});
