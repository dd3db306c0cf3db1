import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LineFile } from "../../../data/files/line_file.ts";
import { inFolder } from "../fixtures.ts";

Deno.test("LineFile: adds lines, and drops a last one that has no end", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "lines");
    for (
      const [before, kept] of [["", ""], ["tor", ""], ["a\n", "a\n"], ["ä\nb\ntorn", "ä\nb\n"]]
    ) {
      await Deno.writeTextFile(path, before);
      using file = await LineFile.open(path);
      assertEquals(file.isEmpty, kept === "");
      file.append("é");
      file.append("");
      assertEquals(await Deno.readTextFile(path), `${kept}é\n\n`);
    }
  });
});

Deno.test("LineFile: one writer at a time; the next may go on", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "lines");
    {
      using _file = await LineFile.open(path);
      await assertRejects(() => LineFile.open(path), Error, "is being written by another process");
    }
    using file = await LineFile.open(path);
    assertEquals(file.isEmpty, true);
    await assertRejects(() => LineFile.open(join(folder, "none/lines")), Error, "none/lines");
  });
});
