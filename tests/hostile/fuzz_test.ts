import { assertEquals } from "@std/assert";
import { inFolder } from "../data/fixtures.ts";
import { fuzz, tooVerbose } from "./fuzz.ts";
import { readers } from "./readers.ts";

/** Damaged files of each kind, and of large files; `deno task hostile` tries more of them. */
const [COUNT, OF_LARGE] = [60, 15];

for (const reader of readers) {
  Deno.test(`hostile files: ${reader.what}`, async () => {
    await inFolder(async (folder) => {
      const count = reader.whole.length > 100_000 ? OF_LARGE : COUNT;
      assertEquals((await fuzz(reader, folder, count, 1)).failures, []);
    });
  });
}

Deno.test("hostile files: no message quotes more than 200 characters of a text", async () => {
  await inFolder(async (folder) => {
    const ofTexts = readers.filter(({ name }) => /\.(json|jsonl|csv)$/.test(name));
    for (const reader of ofTexts) {
      assertEquals(await tooVerbose(reader, folder, 200), [], reader.what);
    }
  });
});
