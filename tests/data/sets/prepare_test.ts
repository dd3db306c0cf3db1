import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import { join } from "node:path";
import { identify } from "../../../data/sets/identity.ts";
import { BrokenPose, openPoses, type PoseSource } from "../../../data/sets/pose_source.ts";
import { readPoseTable } from "../../../data/sets/pose_table.ts";
import { type Preparation, prepare, preparePart } from "../../../data/sets/prepare.ts";
import { openPrepared } from "../../../data/sets/prepared.ts";
import { annotationHeader, formatAnnotation } from "../../../pose/formats/annotation.ts";
import { human } from "../../../pose/skeleton.ts";
import { sharedPath } from "../../shared.ts";
import { album, people, settings, size, source, standing, writePictures } from "./album.ts";
import { contents, inFolder } from "../fixtures.ts";

const noPoses = () => Promise.reject(new Error("no poses are needed"));
Deno.test("own pictures: nobody is in both splits, the lists read back, training can begin", async () => {
  await inFolder(async (folder) => {
    await writePictures(folder, album);
    const progress: number[][] = [];
    const account = await prepare(
      settings(folder, "folder", { onProgress: (...numbers) => progress.push(numbers) }),
    );
    assertEquals([account.splits.train.pairs, account.splits.test.pairs], [36, 12]);
    assertEquals(progress.at(-1), [24, 24]);
    assertEquals(Object.keys(await contents(folder)).sort(), [
      "annotation-test.csv",
      "annotation-train.csv",
      "dataset.json",
      "pairs-test.csv",
      "pairs-train.csv",
    ]);
    const [train, test] = await Promise.all(["train", "test"].map(async (split) => {
      const { names } = await readPoseTable(join(folder, `annotation-${split}.csv`), human);
      return new Set(names.map((name) => identify(name)!.person));
    }));
    assertEquals([train.size, test.size, train.intersection(test).size], [6, 2, 0]);

    const dataset = await openPrepared(folder, size, human);
    const { source, target } = await dataset.pair("train", 0);
    assertEquals(identify(source.name), identify(target.name));
    assertEquals(source.joints[0], { x: 0, y: 2 });
  });
});

Deno.test("what is there already is kept: people stay in their split, others join", async () => {
  await inFolder(async (folder) => {
    await writePictures(folder, album);
    await prepare(settings(folder, "folder"));
    const before = await contents(folder);
    await prepare(settings(folder, "folder", { openPoses: noPoses, seed: 9, testShare: 0.5 }));
    assertEquals(await contents(folder), before);

    await writePictures(folder, ["AMY/1.png", "AMY/2.png", "ZOE/1.png", "BOB/0.png"]);
    const asked: string[] = [];
    const noting: PoseSource = (picture, located) => {
      asked.push(located.name);
      return source(picture, located);
    };
    await prepare(settings(folder, "folder", { openPoses: () => Promise.resolve(noting) }));
    assertEquals(asked.sort(), ["AMY/1.png", "AMY/2.png", "BOB/0.png", "ZOE/1.png"]);
    const after = await contents(folder);
    for (const name of ["annotation-train.csv", "annotation-test.csv"]) {
      const kept = before[name].split("\n"), lines = new Set(after[name].split("\n"));
      assert(kept.every((line) => lines.has(line)), `${name} lost a line`);
    }
  });
});

Deno.test("a run that is cut off goes on where it was, and ends with the same files", async () => {
  await inFolder(async (root) => {
    const [straight, broken] = ["straight", "broken"].map((name) => join(root, name));
    await writePictures(root, album.map((path) => `pictures/${path}`));
    const pictures = join(root, "pictures");
    await prepare(settings(pictures, "folder", { out: straight }));

    const expected = await contents(straight);
    await Deno.mkdir(broken);
    const part = join(broken, "annotation.part.csv");
    const lines = expected["annotation-train.csv"].split("\n");
    await Deno.writeTextFile(part, lines.slice(0, 8).join("\n") + "\n" + lines[8].slice(0, 30));
    let asked = 0;
    const progress: number[][] = [];
    const counting: PoseSource = (...picture) => (asked++, source(...picture));
    await prepare(
      settings(pictures, "folder", {
        out: broken,
        openPoses: () => Promise.resolve(counting),
        onProgress: (...numbers) => progress.push(numbers),
      }),
    );
    assertEquals(asked, album.length - 7);
    assertEquals([progress[0], progress.at(-1)], [[7, 24], [24, 24]]);
    assertEquals(await contents(broken), expected);
  });
});

Deno.test("parts that several processes find make the same files, byte for byte", async () => {
  await inFolder(async (root) => {
    const [straight, parted] = ["straight", "parted"].map((name) => join(root, name));
    const pictures = join(root, "pictures");
    await writePictures(pictures, album);
    await Deno.writeTextFile(join(pictures, "BOB/2.png"), "broken");
    await prepare(settings(pictures, "folder", { out: straight }));
    const merging = settings(pictures, "folder", { out: parted, openPoses: noPoses, merge: true });

    const asked: string[] = [];
    const noting: PoseSource = (picture, located) => {
      asked.push(located.path);
      if (asked.length === 20) throw new Error("killed");
      return source(picture, located);
    };
    const finding = settings(pictures, "folder", {
      out: parted,
      openPoses: () => Promise.resolve(noting),
    });
    const part = (number: number) => preparePart(finding, { number, count: 3 });
    await part(3);
    await assertRejects(() => prepare(merging), Error, "no finished part 1/3, 2/3");
    await Promise.all([part(1), part(3)]);
    await assertRejects(() => part(2), Error, "killed");
    await assertRejects(() => prepare(merging), Error, "no finished part 2/3");
    await part(2);
    await part(2);
    assertEquals(new Set(asked).size, album.length - 1);
    assertEquals(asked.length, album.length);
    const { splits } = await prepare(merging);
    assertEquals(splits.train.pictures + splits.test.pictures, album.length);
    assertEquals(await contents(parted), await contents(straight));
  });
});

Deno.test("lists may lie elsewhere: training finds the pictures", async () => {
  await inFolder(async (root) => {
    const pictures = join(root, "pictures"), out = join(root, "deep/lists");
    await writePictures(pictures, album);
    await prepare(settings(pictures, "folder", { out }));
    assertEquals(Deno.readDirSync(pictures).toArray().length, people.length);
    assertEquals((await openPrepared(out, size, human)).pairCount("train"), 36);
    await Deno.rename(root, `${root}-moved`);
    try {
      const moved = await openPrepared(join(`${root}-moved`, "deep/lists"), size, human);
      assertEquals((await moved.pair("train", 0)).source.picture.width, 16);
    } finally {
      await Deno.rename(`${root}-moved`, root);
    }
  });
});

Deno.test("pictures that cannot be used are counted, and the others go on", async () => {
  await inFolder(async (folder) => {
    await writePictures(folder, [...album, "loose.png"]);
    await Deno.truncate(join(folder, "ANNA/1.png"), 100);
    const fussy: PoseSource = (picture, located) => {
      if (located.path === "BOB/2.png") return Promise.reject(new BrokenPose("BOB/2.png: no"));
      return located.path === "BOB/3.png" ? Promise.resolve(null) : source(picture, located);
    };
    const openPoses = () => Promise.resolve(fussy);
    const account = await prepare(settings(folder, "folder", { testShare: 0, openPoses }));
    assertEquals(account.broken.length, 2);
    assertEquals(account.broken[0].startsWith(`${join(folder, "ANNA/1.png")}: `), true);
    assertEquals(account.broken[1], "BOB/2.png: no");
    assertEquals(account.scan.unmatched, ["loose.png"]);
    const { selection, pairs } = account.splits.train;
    assertEquals([selection.annotated, selection.unusable, selection.alone], [22, 1, 1]);
    assertEquals(pairs, 6 * 6 + 2);

    const again = await prepare(settings(folder, "folder", { openPoses }));
    assertEquals([again.broken, again.splits], [account.broken, account.splits]);
    await writePictures(folder, ["ANNA/1.png"]);
    assertEquals((await prepare(settings(folder, "folder"))).broken, []);
  });
});

Deno.test("nothing to prepare is an error of one line", async () => {
  await inFolder(async (folder) => {
    const refused = (message: string, more: Partial<Preparation> = {}) =>
      assertRejects(() => prepare(settings(folder, "market", more)), Error, message);
    await refused(`${folder} has no pictures in the layout market`);
    await writePictures(folder, ["ANNA/1.png"]);
    await writePictures(folder, ["train/Smith, Eve.png"]);
    await Deno.symlink("train", join(folder, "test"));
    await refused(
      "; 1 lie elsewhere, as ANNA/1.png; 1 have a comma, colon, quote or outer blank in their " +
        "name, as train/Smith, Eve.png; 1 are links to folders, which are left out, as test",
    );
    await writePictures(folder, ["bounding_box_train/0001_1.png"]);
    await refused("no poses are needed", { openPoses: noPoses });
    const failing = () => Promise.resolve(() => Promise.reject(new Error("the device is gone")));
    await refused("the device is gone", { openPoses: failing });
    await Deno.truncate(join(folder, "bounding_box_train/0001_1.png"), 60);
    await refused("none of 1 pictures can be used; the first: ", { openPoses: failing });
  });
});

Deno.test("a person in the folders of both splits is refused; folders of one split decide for the rest", async () => {
  await inFolder(async (folder) => {
    const train = "bounding_box_train/0001_1.png", test = "bounding_box_test/0001_2.png";
    await writePictures(folder, [train, test, "bounding_box_train/-1_1.png"]);
    const refusal = `0001 is in both splits: ${train} and ${test}; move one of them`;
    await assertRejects(() => prepare(settings(folder, "market")), Error, refusal);
    await Deno.rename(join(folder, test), join(folder, "bounding_box_test/-1_2.png"));
    await prepare(settings(folder, "market"));
  });
  await inFolder(async (folder) => {
    const item = "fasionWOMENDressesid00000002";
    const views = ["1front", "2side", "3back"].map((view) => `${item}01_${view}.png`);
    await writePictures(folder, [`test/${views[0]}`, ...views.slice(1)]);
    const { splits } = await prepare(settings(folder, "deepfashion", { testShare: 0 }));
    assertEquals([splits.train.pictures, splits.test.pictures, splits.test.pairs], [0, 3, 6]);
  });
});

Deno.test("the authors' lists are taken as they are, with either spelling of names", async () => {
  await inFolder(async (folder) => {
    const views = ["1_front", "2_side", "3_back"];
    const trees = ["MEN/Tees_Tanks/id_00000001/01", "WOMEN/Denim/id_00000002/02"];
    await writePictures(folder, trees.flatMap((tree) => views.map((v) => `img/${tree}_${v}.png`)));
    const names = ["fashionMENTees_Tanksid0000000101", "fasionWOMENDenimid0000000202"]
      .map((item) => views.map((view) => `${item}_${view.replace("_", "")}.png`));
    const list = (names: readonly string[]) =>
      [
        annotationHeader,
        ...names.map((name) => formatAnnotation({ name, joints: standing }, human)),
      ]
        .join("\n");
    await Deno.writeTextFile(join(folder, "fasion-annotation-train.csv"), list(names[0]));
    await Deno.writeTextFile(join(folder, "fasion-annotation-test.csv"), list(names[1].slice(1)));
    await Deno.writeTextFile(
      join(folder, "fasion-pairs-train.csv"),
      `from,to\n${names[0][2]},${names[0][0]}\n`,
    );
    const { splits, unlisted } = await prepare(
      settings(folder, "deepfashion", { openPoses: noPoses }),
    );
    assertEquals([splits.train.pairs, splits.test.pairs, unlisted], [1, 2, 1]);
    assertEquals(Object.keys(await contents(folder)).sort(), [
      "dataset.json",
      "fasion-annotation-test.csv",
      "fasion-annotation-train.csv",
      "fasion-pairs-train.csv",
      "pairs-test.csv",
    ]);
    const dataset = await openPrepared(folder, size, human);
    assertEquals([dataset.pairCount("train"), dataset.pairCount("test")], [1, 2]);
    const { source, target } = await dataset.pair("train", 0);
    assertEquals([source.name, target.name], [names[0][2], names[0][0]]);
  });
});

const cast = {
  train: { pictures: 484, pairs: 14_160, people: 16 },
  test: { pictures: 56, pairs: 1_530, people: 2 },
};

Deno.test("photoreal people as Market-1501 and as In-shop: the counts are right", async () => {
  const market = sharedPath("data/humans/128x64"), large = sharedPath("data/humans/256x256");
  if (!market || !large) return;
  await inFolder(async (root) => {
    const poses = async (folder: string, rename: (name: string) => string) => {
      const lists = await Promise.all(
        ["train", "test"].map((split) =>
          Deno.readTextFile(join(folder, `annotation-${split}.csv`))
        ),
      );
      const lines = lists.flatMap((text) => text.trim().split("\n").slice(1));
      const file = join(root, "poses.csv");
      const renamed = lines.map((line) => line.replace(/^[^:]*/, rename));
      await Deno.writeTextFile(file, [annotationHeader, ...renamed].join("\n"));
      return file;
    };
    const out = join(root, "market");
    const list = await poses(market, (name) => name);
    const account = await prepare(
      settings(market, "market", { out, openPoses: () => openPoses(list, human) }),
    );
    for (const split of ["train", "test"] as const) {
      const { pictures, pairs, selection: { people } } = account.splits[split];
      assertEquals({ pictures, pairs, people }, cast[split]);
      const written = await Deno.readTextFile(join(out, `annotation-${split}.csv`));
      assertEquals(written, await Deno.readTextFile(join(market, `annotation-${split}.csv`)));
    }

    const tree = join(root, "inshop");
    for (const split of ["train", "test"]) {
      for (const { name } of Deno.readDirSync(join(large, `bounding_box_${split}`))) {
        const [person, , frame] = name.split("_");
        const item = join(tree, `img/WOMEN/Dresses/id_0000${person}`);
        await Deno.mkdir(item, { recursive: true });
        await Deno.symlink(
          join(large, `bounding_box_${split}`, name),
          join(item, `01_${Number(frame)}_view.jpg`),
        );
      }
    }
    const inShopName = (name: string) => {
      const [person, , frame] = name.split("_");
      return `fasionWOMENDressesid0000${person}01_${Number(frame)}view.jpg`;
    };
    const renamed = await poses(large, inShopName);
    const { splits } = await prepare(
      settings(tree, "deepfashion", { testShare: 0.1, openPoses: () => openPoses(renamed, human) }),
    );
    assertEquals(splits.train.pictures + splits.test.pictures, 540);
    assertEquals([splits.train.selection.people, splits.test.selection.people], [16, 2]);
    assertEquals(splits.train.pairs + splits.test.pairs, 14_160 + 1_530);
    assertGreater(splits.test.pairs, 0);
    const dataset = await openPrepared(tree, { width: 256, height: 256 }, human);
    assertEquals(dataset.pairCount("train"), splits.train.pairs);
    await dataset.pair("test", 0);
  });
});
