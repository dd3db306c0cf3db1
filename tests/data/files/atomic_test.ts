import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { writeFileAtomic, writeLinesAtomic } from "../../../data/files/atomic.ts";
import { inFolder } from "../fixtures.ts";

Deno.test("writeFileAtomic replaces a file and leaves nothing else behind", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "model.safetensors");
    await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    await writeFileAtomic(path, Uint8Array.of(4));
    assertEquals(await Deno.readFile(path), Uint8Array.of(4));
    assertEquals(namesIn(folder), ["model.safetensors"]);
  });
});

Deno.test("a write that fails leaves the old state and no temporary file", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "taken");
    await Deno.mkdir(path);
    await assertRejects(
      () => writeFileAtomic(path, Uint8Array.of(1)),
      Error,
      `cannot write ${path}: `,
    );
    assertEquals(namesIn(folder), ["taken"]);
  });
});

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
}

Deno.test("writeLinesAtomic writes any number of lines", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "list");
    const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i}`);
    await writeLinesAtomic(path, lines.values());
    assertEquals(await Deno.readTextFile(path), lines.join("\n") + "\n");
    assertEquals(namesIn(folder), ["list"]);
  });
});
