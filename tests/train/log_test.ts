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
const steps = (path: string) => readLog(path).map(({ step }) => step);

Deno.test("log: a resumed run cuts later rows and a torn one, and its seconds go on", async () => {
  await inFolder((folder) => {
    const path = join(folder, "log.jsonl");
    {
      using log = TrainingLog.open(path, 0);
      log.append([row(1), row(2)]);
      log.append([row(3), row(4)]);
    }
    assertEquals(steps(path), [1, 2, 3, 4]);
    const { seconds, ...losses } = readLog(path)[3];
    assertEquals(losses, row(4));

    const text = Deno.readTextFileSync(path).trimEnd().replace(
      /"seconds":[\d.]+}/g,
      '"seconds":50}',
    );
    Deno.writeTextFileSync(path, text + '\n{"step":5,"discr');
    assertEquals(steps(path), [1, 2, 3, 4]);
    {
      using log = TrainingLog.open(path, 3);
      assertEquals(steps(path), [1, 2, 3]);
      log.append([row(4)]);
    }
    assertEquals(steps(path), [1, 2, 3, 4]);
    assertGreaterOrEqual(readLog(path)[3].seconds, 50);
    assertGreaterOrEqual(seconds, 0);
    return Promise.resolve();
  });
});

Deno.test("log: a new run starts an empty one", async () => {
  await inFolder((folder) => {
    const path = join(folder, "log.jsonl");
    Deno.writeTextFileSync(path, "left over\n");
    using _log = TrainingLog.open(path, 0);
    assertEquals(Deno.readTextFileSync(path), "");
    return Promise.resolve();
  });
});
