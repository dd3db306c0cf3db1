import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { LineFile } from "../../../data/files/line_file.ts";
import { writeFile } from "../../../data/files/write.ts";
import { onSmallDisk } from "../../full_disk.ts";
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

Deno.test("LineFile and writeFile: a full disk is said with the file's name; lines before stay", async () => {
  await onSmallDisk(64, async (folder) => {
    const path = join(folder, "lines");
    using file = await LineFile.open(path);
    const line = "x".repeat(16_000), full = (path: string) => `cannot write ${path}: No space left`;
    file.append(line);
    assertThrows(() => Array(9).fill(line).forEach((each) => file.append(each)), Error, full(path));
    const other = join(folder, "other");
    await assertRejects(() => writeFile(other, new Uint8Array(9000)), Error, full(other));
    assertEquals(Deno.readDirSync(folder).toArray().map(({ name }) => name), ["lines"]);
    assertEquals((await Deno.readTextFile(path)).split("\n")[0], line);
  });
});
