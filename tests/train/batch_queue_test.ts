import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { BatchQueue } from "../../train/batch_queue.ts";
import { stepBatches } from "../../train/batches.ts";
import { openDataset } from "../../train/dataset.ts";
import { trainingPlan } from "../../train/options.ts";
import { inFolder } from "../data/fixtures.ts";
import { writeMarketFolder } from "./market_folder.ts";

Deno.test("batch queue: gives what the steps draw, from any step on, of figures and of a folder", async () => {
  await inFolder(async (folder) => {
    await writeMarketFolder(folder, { train: ["0001", "0002", "0003"] });
    for (const data of [undefined, folder]) {
      const plan = await trainingPlan({ data, batch: 2, seed: 3, vgg: "none" });
      const dataset = await openDataset(plan.data, plan.model);
      for (const first of [0, 5]) {
        using queue = new BatchQueue(plan, first);
        for (let step = first; step < first + 6; step++) {
          assertEquals(await queue.next(), await stepBatches(dataset, plan, step));
        }
      }
    }
  });
});

Deno.test("batch queue: a picture that cannot be read is the error of the step that needs it", async () => {
  await inFolder(async (folder) => {
    await writeMarketFolder(folder, { train: ["0001"] });
    const plan = await trainingPlan({ data: folder, batch: 1, vgg: "none" });
    await Deno.writeTextFile(join(folder, "bounding_box_train/0001_1.png"), "just text");
    using queue = new BatchQueue(plan, 0);
    for (let step = 0; step < 2; step++) {
      await assertRejects(
        () => queue.next(),
        Error,
        "0001_1.png: this is neither a PNG nor a JPEG",
      );
    }
  });
});

Deno.test("batch queue: a data folder that is gone is an error, not a wait", async () => {
  await inFolder(async (folder) => {
    const plan = { ...await trainingPlan({ vgg: "none" }), data: join(folder, "gone") };
    using queue = new BatchQueue(plan, 0);
    await assertRejects(() => queue.next(), Error, "cannot open the data set");
  });
});
