import { assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "node:path";
import { type LayoutName, layoutOf, scanPictures } from "../../../data/sets/layout.ts";
import { inFolder } from "../fixtures.ts";

/** What is found of files at these paths. */
async function scanned(layout: LayoutName, paths: readonly string[]) {
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof scanPictures>>>();
  await inFolder(async (folder) => {
    for (const path of paths) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), "");
    }
    resolve(await scanPictures(folder, layout));
  });
  return await promise;
}

Deno.test("Market-1501: the folders say the split", async () => {
  const { pictures, unmatched } = await scanned("market", [
    "bounding_box_train/0002_c1.jpg",
    "bounding_box_train/Thumbs.db",
    "bounding_box_test/0001_c1.JPG",
    "query/0003_c1.jpg",
    "readme.txt",
  ]);
  assertEquals(pictures, [
    { name: "0001_c1.JPG", path: "bounding_box_test/0001_c1.JPG", split: "test" },
    { name: "0002_c1.jpg", path: "bounding_box_train/0002_c1.jpg", split: "train" },
  ]);
  assertEquals(unmatched, ["query/0003_c1.jpg"]);
});

Deno.test("In-shop: the original tree has the authors' names, flattened ones stay", async () => {
  const name = "fasionWOMENDressesid0000000202_1front.jpg";
  const tree = "WOMEN/Dresses/id_00000002/02_1_front.jpg";
  for (const path of [tree, `img/${tree}`, `Img/img/${tree}`, `img_highres/${tree}`]) {
    const { pictures } = await scanned("deepfashion", [path]);
    assertEquals(pictures, [{ name, path, split: null }]);
  }
  const tees = await scanned("deepfashion", ["img/MEN/Tees_Tanks/id_00000090/01_4_full.jpg"]);
  assertEquals(tees.pictures[0].name, "fasionMENTeesTanksid0000009001_4full.jpg");

  const flat = await scanned("deepfashion", [
    `train/${name}`,
    `test/${name.replace("02_1", "03_1")}`,
  ]);
  assertEquals(flat.pictures.map(({ split }) => split), ["train", "test"]);
  const other = "fashionMENTees_Tanksid0000009001_4full.jpg";
  const { pictures, repeated, unmatched } = await scanned("deepfashion", [
    name,
    other,
    other.replace("_", ""),
    "me.jpg",
    "img/MEN/Denim/id_1/a.jpg",
  ]);
  assertEquals(pictures.map(({ name }) => name), [other.replace("_", ""), name]);
  assertEquals(repeated, [other]);
  assertEquals(unmatched, ["img/MEN/Denim/id_1/a.jpg", "me.jpg"]);
});

Deno.test("own pictures: a folder for each person; names that lists cannot hold are told", async () => {
  const paths = ["BOB/1.png", "ANNA/1.png", "ANNA/sea/2.jpeg"];
  const bad = ["ANNA/a,b.png", "ANNA/a:b.png", " CAT/1.png", "Smith, Eve/1.png"];
  const { pictures, unmatched, unlistable } = await scanned("folder", [
    ...paths,
    ...bad,
    "loose.png",
  ]);
  assertEquals(pictures.map(({ path }) => path), ["ANNA/1.png", "ANNA/sea/2.jpeg", "BOB/1.png"]);
  assertEquals(unlistable, bad.toSorted());
  assertEquals(unmatched, ["loose.png"]);
});

Deno.test("links to folders are left out and told, round, outside or to somebody else; those to pictures count", async () => {
  await inFolder(async (folder) => {
    for (const person of ["ANNA", "BOB"]) {
      await Deno.mkdir(join(folder, person));
      await Deno.writeTextFile(join(folder, person, "1.png"), "");
    }
    await Deno.symlink("..", join(folder, "BOB/up"));
    await Deno.symlink(await Deno.realPath("tests"), join(folder, "BOB/outside"));
    await Deno.symlink("ANNA", join(folder, "CLEO"));
    await Deno.symlink("1.png", join(folder, "BOB/2.png"));
    const { pictures, links } = await scanPictures(folder, "folder");
    assertEquals(pictures.map(({ name }) => name), ["ANNA/1.png", "BOB/1.png", "BOB/2.png"]);
    assertEquals(links, ["BOB/outside", "BOB/up", "CLEO"]);
    await assertRejects(() => scanPictures(join(folder, "none"), "folder"), Error, "none");
  });
});

Deno.test("the layout is told by what only it has", () => {
  assertEquals(layoutOf(["x", "bounding_box_test"]), "market");
  assertEquals(layoutOf(["market-annotation-train.csv", "train"]), "market");
  assertEquals(layoutOf(["fasion-annotation-train.csv", "train"]), "deepfashion");
  assertEquals(layoutOf(["WOMEN"]), "deepfashion");
  assertEquals(layoutOf(["img_highres"]), "deepfashion");
  assertEquals(layoutOf(["fashionMENTees_Tanksid0000009001_4full.jpg"]), "deepfashion");
  assertEquals(layoutOf(["ANNA", "BOB"]), "folder");
});
