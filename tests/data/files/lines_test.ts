import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readLines } from "../../../data/files/lines.ts";
import { inFolder } from "../fixtures.ts";

Deno.test("readLines gives each line, over the ends of chunks and of letters of several bytes", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "text");
    const lines = Array.from({ length: 9000 }, (_, i) => "é€".repeat(i % 40) + i);
    for (const end of ["\n", "\r\n"]) {
      await Deno.writeTextFile(path, lines.join(end));
      assertEquals(await Array.fromAsync(readLines(path)), lines);
      await Deno.writeTextFile(path, lines.join(end) + end);
      assertEquals(await Array.fromAsync(readLines(path)), lines);
    }
    await Deno.writeTextFile(path, "");
    assertEquals(await Array.fromAsync(readLines(path)), []);
    await Deno.writeTextFile(path, "x".repeat(2_000_000));
    await assertRejects(() => Array.fromAsync(readLines(path)), Error, "has a line of over");
    await assertRejects(() => Array.fromAsync(readLines(folder)), Error, `cannot read ${folder}`);
    const absent = join(folder, "absent");
    await assertRejects(() => Array.fromAsync(readLines(absent)), Error, `cannot read ${absent}`);
    if (Deno.build.os === "windows") return;
    await assertRejects(
      () => Array.fromAsync(readLines("/dev/zero")),
      Error,
      "is a pipe or a device",
    );
  });
});
