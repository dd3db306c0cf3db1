/** The command `data`, in processes of its own. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { annotationHeader, formatAnnotation } from "../../pose/formats/annotation.ts";
import { human } from "../../pose/skeleton.ts";
import { standing, writePictures } from "../data/sets/album.ts";
import { contents, inFolder } from "../data/fixtures.ts";
import { hasEstimator } from "../web/estimator.ts";

const program = new URL("../../cli.ts", import.meta.url).pathname;

function command(cwd: string, args: readonly string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, "data", ...args],
    cwd,
    stdout: "piped",
    stderr: "piped",
  });
}

async function run(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await command(cwd, args).output();
  return {
    code,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
  };
}

async function succeed(cwd: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(cwd, ...args);
  assertEquals(code, 0, stderr);
  return stdout;
}

async function refused(cwd: string, args: string[], message: string): Promise<void> {
  const { code, stderr } = await run(cwd, ...args);
  assertEquals(code, 1);
  assertMatch(stderr, /^error: [^\n]+\n$/);
  assertStringIncludes(stderr, message);
}

const pictureNames = (count: number) =>
  Array.from({ length: count }, (_, i) => `${1000 + i % 20}_${i}.png`);

/** A folder laid out like Market-1501, and a list of poses. */
async function writeMarket(folder: string, names: readonly string[]): Promise<void> {
  await writePictures(folder, names.map((name) => `bounding_box_train/${name}`));
  const lines = names.map((name) => formatAnnotation({ name, joints: standing }, human));
  await Deno.writeTextFile(join(folder, "poses.csv"), [annotationHeader, ...lines].join("\n"));
}

Deno.test("data market: killed and started again, it ends with the files of an unbroken run", async () => {
  await inFolder(async (folder) => {
    await writeMarket(folder, pictureNames(600));
    const prepare = ["market", ".", "--poses", "poses.csv", "--out"];
    const said = await succeed(folder, ...prepare, "straight");
    assertMatch(said, /^600\/600 pictures, \d[\d.]*\/s, 0:00 left$/m);
    assertStringIncludes(said, "train: 600 pictures, 17400 pairs of 20 people; 600 annotations");
    assertStringIncludes(said, "ready: ./run train --data straight");

    const part = join(folder, "broken", "annotation.part.csv");
    const process = command(folder, [...prepare, "broken"]).spawn();
    let ended = false;
    const output = process.output().finally(() => ended = true);
    while (!ended && !(await begun(part))) await new Promise((resolve) => setTimeout(resolve, 2));
    if (!ended) process.kill("SIGKILL");
    assertEquals((await output).code, 137);
    const kept = (await Deno.readTextFile(part)).split("\n").length;
    assert(kept > 5 && kept < 600, `${kept} lines were kept`);

    assertStringIncludes(await succeed(folder, ...prepare, "broken"), "17400 pairs");
    assertEquals(await contents(join(folder, "broken")), await contents(join(folder, "straight")));
  });
});

Deno.test({
  name: "data --shard: parts in which MoveNet finds the poses make the files of one process",
  ignore: !await hasEstimator("that parts are exact with MoveNet"),
  fn: () =>
    inFolder(async (folder) => {
      // Eight people in the place of four, as each needs two pictures.
      for (let i = 0; i < 8; i++) {
        const path = join(folder, `people/${i % 4}/${i}.png`);
        await Deno.mkdir(dirname(path), { recursive: true });
        await Deno.copyFile(new URL(`../../examples/people/${i + 1}.png`, import.meta.url), path);
      }
      const prepare = ["folder", "people", "--test-percent", "25", "--out"];
      assertStringIncludes(await succeed(folder, ...prepare, "straight"), "6 annotations");
      for (const part of ["2/2", "1/2"]) {
        const said = await succeed(folder, ...prepare, "parted", "--shard", part);
        assertStringIncludes(said, `part ${part.replace("/", " of ")} is done`);
      }
      assertStringIncludes(await succeed(folder, ...prepare, "parted", "--merge"), "ready");
      assertEquals(
        await contents(join(folder, "parted")),
        await contents(join(folder, "straight")),
      );
    }),
});

async function begun(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ size }) => size > 2000, () => false);
}

Deno.test("data check: counts what is wrong, with exit code 1; data pairs: of a list alone", async () => {
  await inFolder(async (folder) => {
    const names = pictureNames(200);
    await writeMarket(folder, names);
    await succeed(folder, "market", ".", "--poses", "poses.csv");
    assertStringIncludes(await succeed(folder, "check", "."), "nothing is wrong");
    for (const name of names.slice(0, 7)) {
      await Deno.truncate(join(folder, "bounding_box_train", name), 60);
    }
    const { code, stdout } = await run(folder, "check", ".", "--list", "found.txt");
    assertEquals(code, 1);
    assertMatch(stdout, /^7 broken pictures:\n( {2}.*\n){5} {2}and 2 more\n7 findings$/m);
    assertEquals((await Deno.readTextFile(join(folder, "found.txt"))).trim().split("\n").length, 7);

    const pairs = ["pairs", "--annotation", "annotation-train.csv", "--out", "p.csv"];
    assertStringIncludes(await succeed(folder, ...pairs), "1800 pairs of 20 people are in p.csv");
    assertEquals(
      await Deno.readTextFile(join(folder, "p.csv")),
      await Deno.readTextFile(join(folder, "pairs-train.csv")),
    );
  });
});

Deno.test("data --redo begins again, where earlier poses would be kept", async () => {
  await inFolder(async (folder) => {
    await writeMarket(folder, pictureNames(40));
    const poses = join(folder, "poses.csv"), list = join(folder, "annotation-train.csv");
    const prepare = ["market", ".", "--poses", "poses.csv"];
    await succeed(folder, ...prepare);
    const before = await Deno.readTextFile(list);
    await Deno.writeTextFile(poses, (await Deno.readTextFile(poses)).replaceAll("[", "[1"));
    await succeed(folder, ...prepare);
    assertEquals(await Deno.readTextFile(list), before);
    const all = ["--shard", "1/2", "--redo"];
    await refused(folder, [...prepare, ...all], "give it without --shard and --merge");
    await succeed(folder, ...prepare, "--redo");
    assert(await Deno.readTextFile(list) !== before);
  });
});

Deno.test("data join: a folder that stands for several", async () => {
  await inFolder(async (folder) => {
    for (const name of ["a", "b"]) {
      await Deno.mkdir(join(folder, name));
      await writeMarket(join(folder, name), pictureNames(40));
      await succeed(folder, "market", name, "--poses", join(name, "poses.csv"));
    }
    const join2 = ["join", "a", "b", "--out", "both"];
    assertStringIncludes(await succeed(folder, ...join2), "ready: ./run train --data both");
    assertStringIncludes(await succeed(folder, ...join2), "ready"); // once more
    const checked = await succeed(folder, "check", "both");
    assertEquals(checked.match(/40 pictures in the layout market/g)?.length, 2);
    await refused(folder, ["join", "a", "--out", "c"], "say which data sets to join");
    await refused(folder, ["join", "a", "both", "--out", "c"], "both joins other data sets");
    await refused(folder, ["join", "a", "b", "--out", "./a"], "is one of the folders to join");
    await Deno.writeTextFile(join(folder, "c"), "");
    await refused(folder, ["join", "a", "b", "--out", "c"], "c is not a folder");
    await Deno.remove(join(folder, "c"));
    await refused(folder, ["join", "a", "none", "--out", "c"], "cannot open the data set");
  });
});

Deno.test("data: what is wrong with its arguments is one line", async () => {
  await inFolder(async (folder) => {
    await refused(folder, [], "say what to do with which folder: data market|deepfashion|");
    await refused(folder, ["markt", "."], "say what to do");
    await refused(folder, ["check"], "say what to do");
    await refused(folder, ["market", "none"], "cannot open the data set");
    await refused(folder, ["market", "."], "has no pictures in the layout market");
    await refused(folder, ["pairs", "--out", "x"], "--annotation CSV is missing");
    await refused(folder, ["market", ".", "--test-percent", "95"], "from 0 to 90");
    await Deno.writeTextFile(join(folder, "a.csv"), annotationHeader);
    await refused(folder, ["pairs", "--annotation", "a.csv", "--out", "x"], "a.csv has no pairs");
    await writePictures(folder, ["bounding_box_train/1_1.png"]);
    await refused(folder, ["market", ".", "--poses", "none.csv"], "cannot read the poses");
    const line = formatAnnotation({ name: "1_1.png", joints: standing }, human);
    await Deno.writeTextFile(join(folder, "a.csv"), `${annotationHeader}\n${line}\n`);
    await refused(folder, ["market", ".", "--poses", "a.csv"], "no pictures of . make a pair");
  });
});
