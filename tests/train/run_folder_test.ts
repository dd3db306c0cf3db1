import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { createRunFolder, findRunFolder } from "../../train/run_folder.ts";
import { inFolder } from "../data/fixtures.ts";

/** Runs `use` in a new folder as the working folder. */
async function inWorkingFolder(use: () => void): Promise<void> {
  await inFolder((folder) => {
    const before = Deno.cwd();
    Deno.chdir(folder);
    try {
      use();
    } finally {
      Deno.chdir(before);
    }
    return Promise.resolve();
  });
}

Deno.test("run folder: a new one each time, and the last run is found again", async () => {
  await inWorkingFolder(() => {
    assertThrows(() => findRunFolder(null), Error, "runs holds no run to resume");
    const [first, second] = [createRunFolder(null, "demo"), createRunFolder(null, "demo")];
    assertEquals([first.path, second.path], [join("runs", "demo"), join("runs", "demo-2")]);
    assertThrows(() => findRunFolder(null), Error, "runs holds no run to resume");
    for (const [folder, seconds] of [[first, 20], [second, 10]] as const) {
      Deno.writeTextFileSync(folder.checkpoint, "");
      Deno.utimeSync(folder.checkpoint, seconds, seconds);
    }
    assertEquals(findRunFolder(null).path, first.path);
    assertEquals(findRunFolder(second.path).path, second.path);
  });
});

Deno.test("run folder: a run is not overwritten, a folder of another kind may be used", async () => {
  await inWorkingFolder(() => {
    Deno.mkdirSync("mine");
    const folder = createRunFolder("mine", "demo");
    Deno.writeTextFileSync(folder.checkpoint, "");
    assertThrows(() => createRunFolder("mine", "demo"), Error, "add --resume");
    assertThrows(
      () => createRunFolder(folder.checkpoint, "demo"),
      Error,
      "choose another with --out",
    );
    assertThrows(() => createRunFolder(join(folder.checkpoint, "x"), "demo"), Error, "--out");
    assertThrows(() => findRunFolder("other"), Error, "other holds no run to resume");
  });
});
