import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { digestLists } from "../../../data/sets/digest.ts";
import { JOINED_FILE, JoinedDataset, noteJoined } from "../../../data/sets/joined.ts";
import { prepare } from "../../../data/sets/prepare.ts";
import { openPrepared } from "../../../data/sets/prepared.ts";
import type { Split } from "../../../data/types.ts";
import { human } from "../../../pose/skeleton.ts";
import { inFolder } from "../fixtures.ts";
import { album, settings, size, writePictures } from "./album.ts";

/** Runs `use` with a folder that joins two data sets of 8 and of 3 people, in `a` and `b`. */
async function withJoined(use: (folder: string, joined: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    for (const [name, paths] of [["a", album], ["b", album.slice(0, 9)]] as const) {
      await writePictures(join(folder, name), paths);
      await prepare(settings(join(folder, name), "folder"));
    }
    const joined = join(folder, "joined");
    await noteJoined(joined, [join(folder, "a"), join(folder, "b")]);
    await use(folder, joined);
  });
}

Deno.test("joined data sets: all pairs of the first, then all of the second", async () => {
  await withJoined(async (folder, joined) => {
    const all = await openPrepared(joined, size, human);
    const parts = await Promise.all(
      ["a", "b"].map((name) => openPrepared(join(folder, name), size, human)),
    );
    for (const split of ["train", "test"] as Split[]) {
      const expected = [];
      for (const part of parts) {
        for (let i = 0; i < part.pairCount(split); i++) expected.push(await part.pair(split, i));
      }
      assertEquals(all.pairCount(split), expected.length);
      for (const [i, pair] of expected.entries()) assertEquals(await all.pair(split, i), pair);
      assertThrows(() => all.pair(split, expected.length), RangeError, "does not exist");
    }
    assertThrows(() => new JoinedDataset([]), RangeError, "no data set to join");
  });
});

Deno.test("joined data sets: found from where their folder lies, and noticed when they change", async () => {
  await withJoined(async (folder, joined) => {
    const before = await digestLists(joined, "train");
    await Deno.writeTextFile(join(folder, "b", "pairs-train.csv"), "from,to\n");
    const after = await digestLists(joined, "train");
    assertEquals(before === after, false);
    await Deno.rename(folder, `${folder}-moved`);
    assertEquals(await digestLists(join(`${folder}-moved`, "joined"), "train"), after);
    await Deno.rename(`${folder}-moved`, folder);
  });
});

Deno.test("joined data sets: what is wrong is said in one line", async () => {
  await withJoined(async (folder, joined) => {
    const list = join(folder, "a", "pairs-test.csv");
    await assertRejects(() => openPrepared(joined, size, human, list), Error, "of one data set");
    for (const text of ["{", "{}", '{"folders": []}', '{"folders": [1]}', "null"]) {
      await Deno.writeTextFile(join(joined, JOINED_FILE), text);
      await assertRejects(() => openPrepared(joined, size, human), Error, "must hold");
    }
    await noteJoined(joined, [join(folder, "a"), join(folder, "c")]);
    await assertRejects(() => openPrepared(joined, size, human), Error, "cannot open the data set");
  });
});
