import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { removeUnfinished, writeAtomic, writeFile, writeLines } from "../../../data/files/write.ts";
import { inFolder } from "../fixtures.ts";

Deno.test("writeFile replaces a file and leaves nothing else behind", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "model.safetensors");
    await writeFile(path, Uint8Array.of(1, 2, 3));
    await writeFile(path, Uint8Array.of(4));
    assertEquals(await Deno.readFile(path), Uint8Array.of(4));
    assertEquals(namesIn(folder), ["model.safetensors"]);
  });
});

Deno.test("a write that fails leaves the old state and no temporary file", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "taken");
    await Deno.mkdir(path);
    await assertRejects(
      () => writeFile(path, Uint8Array.of(1)),
      Error,
      `cannot write ${path}: `,
    );
    assertEquals(namesIn(folder), ["taken"]);
  });
});

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
}

Deno.test("writeLines writes any number of lines", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "list");
    const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i}`);
    await writeLines(path, lines.values());
    assertEquals(await Deno.readTextFile(path), lines.join("\n") + "\n");
    assertEquals(namesIn(folder), ["list"]);
  });
});

Deno.test("removeUnfinished takes leftovers away, not what is being written, nor what others made", async () => {
  await inFolder(async (folder) => {
    const leftover = `.repose-${crypto.randomUUID()}.tmp`, others = [".mine.tmp", "a.tmp"];
    for (const name of [leftover, ...others]) await Deno.writeTextFile(join(folder, name), "");
    const path = join(folder, "list");
    await writeAtomic(path, async ({ file }) => {
      await removeUnfinished(folder);
      await file.write(Uint8Array.of(1));
    });
    assertEquals(await Deno.readFile(path), Uint8Array.of(1));
    assertEquals(namesIn(folder), [...others, "list"].sort());
  });
});
