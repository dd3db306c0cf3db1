import { assertEquals, assertGreater, assertRejects } from "@std/assert";
import { modelConfiguration } from "../../model/configuration.ts";
import { heldOutPairs, heldOutSplit, openDataset } from "../../train/dataset.ts";
import { inFolder } from "../data/fixtures.ts";
import { writeMarketFolder } from "./market_folder.ts";

const demo = modelConfiguration({ preset: "demo" });

Deno.test("held-out pairs are always the same, of many people, and all different", async () => {
  const dataset = await openDataset(null, demo);
  const names = (await heldOutPairs(dataset, 16)).map(({ source }) => source.name);
  assertEquals((await heldOutPairs(dataset, 16)).map(({ source }) => source.name), names);
  assertEquals(new Set(names).size, 16);
  assertEquals(names.every((name) => name.startsWith("test-")), true);
  const people = new Set(names.map((name) => name.split("-")[1]));
  assertGreater(people.size, 12);
});

Deno.test("without test pairs the training pairs are judged, and no more than there are", async () => {
  await inFolder(async (folder) => {
    await writeMarketFolder(folder, { train: ["0001"] });
    const dataset = await openDataset(folder, demo);
    assertEquals(heldOutSplit(dataset), "train");
    const pairs = await heldOutPairs(dataset, 10);
    assertEquals(pairs.map(({ source }) => source.name).sort(), ["0001_0.png", "0001_1.png"]);
  });
});

Deno.test("a folder with test pairs alone cannot be trained on", async () => {
  await inFolder(async (folder) => {
    await writeMarketFolder(folder, { test: ["0001"] });
    await assertRejects(
      () => openDataset(folder, demo),
      Error,
      "no training pairs, only 2 test pairs",
    );
  });
});
