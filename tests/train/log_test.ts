import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { join } from "node:path";
import { readLog, TrainingLog } from "../../train/log.ts";
import { inFolder } from "../data/fixtures.ts";

const row = (step: number) => ({
  step,
  discriminator: 1,
  adversarial: step / 2,
  reconstruction: 3,
});
const steps = async (path: string) => (await readLog(path)).rows.map(({ step }) => step);

Deno.test("log: a resumed run cuts later rows and a torn one, and its seconds go on", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "log.jsonl");
    {
      using log = await TrainingLog.open(path, 0);
      log.append([row(1), row(2)]);
      log.append([row(3), row(4)]);
    }
    assertEquals(await steps(path), [1, 2, 3, 4]);
    const { seconds, ...losses } = (await readLog(path)).rows[3];
    assertEquals(losses, row(4));

    const text = Deno.readTextFileSync(path).trimEnd().replace(
      /"seconds":[\d.]+}/g,
      '"seconds":50}',
    );
    Deno.writeTextFileSync(path, text + '\n{"step":5,"discr');
    assertEquals(await steps(path), [1, 2, 3, 4]);
    {
      using log = await TrainingLog.open(path, 3);
      assertEquals(await steps(path), [1, 2, 3]);
      log.append([row(4)]);
    }
    assertEquals(await steps(path), [1, 2, 3, 4]);
    assertGreaterOrEqual((await readLog(path)).rows[3].seconds, 50);
    assertGreaterOrEqual(seconds, 0);
  });
});

Deno.test("log: a new run starts an empty one", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "log.jsonl");
    Deno.writeTextFileSync(path, "left over\n");
    using _log = await TrainingLog.open(path, 0);
    assertEquals(Deno.readTextFileSync(path), "");
  });
});
