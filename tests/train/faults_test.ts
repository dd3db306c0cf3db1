/** Training on GPUs that fail: the last checkpoint stays whole, and resuming gives the bits of an unbroken run. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { inFolder } from "../data/fixtures.ts";
import { failingTraining, gpuFaults, messages } from "../hostile/faults.ts";

/** Calls of a run at which a GPU fails; the long campaign (tests/hostile) tries all of them. */
const FAULTS = 4;

Deno.test("training: a GPU that fails at any call ends it with a word; resumed, it gives the same bits", async () => {
  await inFolder(async (folder) => {
    assertEquals((await gpuFaults(folder, (tries) => tries === FAULTS)).failures, []);
  });
});

Deno.test("training: a GPU that cannot be opened, or has no memory for its first buffers, leaves no run", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "run");
    const { said } = await failingTraining("out of memory", 1, out);
    assertMatch(said, messages["out of memory"]);
    assertEquals(
      (await failingTraining("lost", 0, out)).said,
      "the GPU cannot be opened: the test wants it",
    );
    assertEquals(Deno.readDirSync(folder).toArray(), []);
  });
});
