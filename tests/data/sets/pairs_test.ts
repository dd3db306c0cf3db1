import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import fc from "fast-check";
import { identify } from "../../../data/sets/identity.ts";
import { drawPairs, pairAll, pairLines, type Pairs, readPairs } from "../../../data/sets/pairs.ts";
import { PoseTable } from "../../../data/sets/pose_table.ts";
import { human } from "../../../pose/skeleton.ts";
import type { Joints } from "../../../pose/types.ts";
import { inFolder } from "../fixtures.ts";

const standing: Joints = human.joints.map((_, i) => ({ x: i, y: 2 * i + 0.25 }));
const hidden = standing.with(human.joints.indexOf("left hip"), null);

function tableOf(names: readonly string[], joints: (name: string) => Joints = () => standing) {
  const table = new PoseTable("list.csv", human);
  names.forEach((name, i) => table.add({ name, joints: joints(name) }, i + 2));
  return table;
}

const listed = (pairs: Pairs, { names }: PoseTable) =>
  Array.from({ length: pairs.count }, (_, i) => pairs.at(i).map((entry) => names[entry]));

const market = fc.uniqueArray(
  fc.tuple(fc.constantFrom("-1", "0000", "0001", "0002", "0003"), fc.nat(9))
    .map(([person, i]) => `${person}_${i}.jpg`),
  { maxLength: 30 },
);

Deno.test("pairs are all ordered pairs of usable pictures of a person, each once", () => {
  fc.assert(
    fc.property(market, fc.nat(2), (names, hiddenDigit) => {
      const isHidden = (name: string) => name.endsWith(`${hiddenDigit}.jpg`);
      const table = tableOf(names, (name) => isHidden(name) ? hidden : standing);
      const usable = names.filter((name) => !/^(-1|0000)_/.test(name) && !isHidden(name)).sort();
      const expected = usable.flatMap((a) =>
        usable.filter((b) => b !== a && b.split("_")[0] === a.split("_")[0]).map((b) => [a, b])
      );
      const { pairs, selection } = pairAll(table);
      assertEquals(listed(pairs, table).sort(), expected.sort());
      assertEquals(selection.annotated, names.length);
      assertEquals(
        selection.distractors + selection.unusable,
        names.length - usable.length,
      );
      assertEquals(selection.people, new Set(usable.map((name) => name.split("_")[0])).size);
    }),
    { seed: 8, numRuns: 60 },
  );
});

Deno.test("In-shop's pairs wear the same colour of an item", () => {
  const table = tableOf([
    "fasionMENDenimid0000000101_1front.jpg",
    "fasionMENDenimid0000000101_2side.jpg",
    "fasionMENDenimid0000000102_1front.jpg",
    "fasionMENDenimid0000000201_1front.jpg",
  ]);
  const { pairs, selection } = pairAll(table);
  assertEquals([pairs.count, selection.people, selection.alone], [2, 2, 2]);
  assert(pairs.at(0).every((entry) => identify(table.names[entry])?.outfit.endsWith("1 01")));
});

Deno.test("drawn pairs are some of all, each once, the same for the same seed", () => {
  const table = tableOf(Array.from({ length: 12 }, (_, i) => `0001_${i}.jpg`));
  const { pairs } = pairAll(table);
  const some = listed(drawPairs(pairs, 40, 3), table).map(String);
  assertEquals([some.length, new Set(some).size], [40, 40]);
  assertEquals(new Set(some).isSubsetOf(new Set(listed(pairs, table).map(String))), true);
  assertEquals(listed(drawPairs(pairs, 40, 3), table).map(String), some);
  assert(listed(drawPairs(pairs, 40, 4), table).map(String).join() !== some.join());
  assertEquals(drawPairs(pairs, 1000, 3), pairs);
});

Deno.test("a list of pairs reads back; the spelling of In-shop's names does not matter", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "pairs.csv");
    const table = tableOf(Array.from({ length: 50 }, (_, i) => `0001_${i}.jpg`));
    const { pairs } = pairAll(table);
    await Deno.writeTextFile(path, [...pairLines(pairs, table)].join("\r\n"));
    const read = await readPairs(path, table);
    assertEquals(listed(read, table), listed(pairs, table));
    assertThrows(() => read.at(read.count), RangeError, "pair 2450 does not exist");

    const name = "fasionMENTeesTanksid0000000101_1front.jpg";
    const items = tableOf([name, name.replace("1front", "2side")]);
    const spelling = name.replace("fasion", "fashion").replace("sT", "s_T");
    await Deno.writeTextFile(path, `from,to\n${spelling},${items.names[1]}\n`);
    assertEquals(listed(await readPairs(path, items), items), [[...items.names]]);
  });
});

Deno.test("a pair that cannot be used is refused with its line, or reported", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "pairs.csv");
    const table = tableOf(
      ["a_1.jpg", "a_2.jpg", "a_3.jpg", "a_4.jpg"],
      (name) => name === "a_3.jpg" ? hidden : standing,
    );
    const exists = (name: string) => name !== "a_4.jpg";
    const refused = async (line: string, message: string) => {
      await Deno.writeTextFile(path, `from,to\na_1.jpg,a_2.jpg\n${line}\na_2.jpg,a_1.jpg\n`);
      await assertRejects(() => readPairs(path, table, exists), Error, `${path}:3: ${message}`);
      const found: string[] = [];
      const { count } = await readPairs(path, table, exists, (error) => found.push(error.message));
      assertEquals([count, found.length], [2, 1]);
    };
    await refused("a_1.jpg,b.jpg", '"b.jpg" is not in list.csv');
    await refused("a_3.jpg,a_1.jpg", "a_3.jpg lacks a joint of the torso");
    await refused("a_1.jpg,a_4.jpg", "a_4.jpg has no picture");
    await refused("a_1.jpg", "expected from,to but found 1 columns");
    await Deno.writeTextFile(path, "to,from\n");
    await assertRejects(() => readPairs(path, table), Error, "csv:1: the header must be from,to");
  });
});

Deno.test("a table keeps what it is given, to the last bit", () => {
  const names = Array.from({ length: 200 }, (_, i) => `${i}.jpg`);
  const joints = (name: string) =>
    standing.map((point, i) =>
      i % 5 === 0 ? null : { x: point!.x / 3 + parseInt(name), y: point!.y }
    );
  const table = tableOf(names, joints);
  names.forEach((name, i) => assertEquals(table.joints(i), joints(name)));
  assertEquals([table.indexOf("7.jpg"), table.indexOf("x.jpg"), table.place(7)], [
    7,
    null,
    "list.csv:9",
  ]);
});
