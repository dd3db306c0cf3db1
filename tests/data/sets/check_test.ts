import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { checkDataset, type Findings } from "../../../data/sets/check.ts";
import { prepare } from "../../../data/sets/prepare.ts";
import { annotationHeader, formatAnnotation } from "../../../pose/formats/annotation.ts";
import { human } from "../../../pose/skeleton.ts";
import { album, settings, standing, writePictures } from "./album.ts";
import { inFolder } from "../fixtures.ts";

Deno.test("check finds each fault, counts it and goes on", async () => {
  await inFolder(async (folder) => {
    await writePictures(
      folder,
      album.map((path) => `bounding_box_train/${path.replace("/", "_")}`),
    );
    const at = (name: string) => join(folder, "bounding_box_train", name);
    await prepare(settings(folder, "market"));
    const found = async () => {
      const { findings, pictures } = await checkDataset(folder, human, () => {});
      const kinds = Object.entries(findings).filter(([, what]) => what.length > 0);
      return { pictures, ...Object.fromEntries(kinds) } as Partial<Findings>;
    };
    assertEquals(await found(), { pictures: 24 } as Partial<Findings>);

    await Deno.truncate(at("ANNA_1.png"), 100);
    await Deno.copyFile(at("ANNA_2.png"), at("ANNA_4.png"));
    await Deno.remove(at("BOB_1.png"));
    await writePictures(folder, ["query/X_1.png"]);
    const path = join(folder, "annotation-train.csv");
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    lines.push(lines[4], "DORA_9.png: [1]: [2]", lines[5].replace(/^[^:]*/, "../x.png"));
    lines.push(lines[6].replace(/^[^:]*/, "HUGO_4.png").replace(/\d+\]$/, "99]"));
    await writePictures(folder, ["bounding_box_train/HUGO_4.png"]);
    await Deno.writeTextFile(path, lines.join("\n"));
    await Deno.writeTextFile(
      join(folder, "annotation-test.csv"),
      [annotationHeader, formatAnnotation({ name: "CLEO_7.png", joints: standing }, human)].join(
        "\n",
      ),
    );
    const { broken, duplicate, missing, unmatched, lines: bad, listedTwice, outside, both, pairs } =
      await found();
    const bob = lines.findIndex((line) => line.startsWith("BOB_1")) + 1;
    assertEquals(broken?.length, 1);
    assert(broken![0].includes("ANNA_1.png: the PNG is damaged"), broken![0]);
    assertEquals(duplicate?.[0], "bounding_box_train/ANNA_4.png is bounding_box_train/ANNA_2.png");
    assertEquals(missing, [
      `${path}:${bob}: BOB_1.png`,
      `${join(folder, "annotation-test.csv")}:2: CLEO_7.png`,
    ]);
    assertEquals(unmatched, ["query/X_1.png", "bounding_box_train/ANNA_4.png"]);
    assertEquals(bad?.length, 2);
    assert(bad![0].includes("keypoints_y has 1 items") && bad![1].includes('"../x.png"'));
    assertEquals(listedTwice, [`${path}:26: ${lines[4].split(":")[0]} stands on line 5 already`]);
    assert(
      outside?.length === 1 && outside[0].includes("HUGO_4.png: left ear at (99, "),
      `${outside}`,
    );
    assertEquals(both, ["CLEO"]);
    assertEquals(pairs?.length, 4);
    assert(pairs![0].includes("BOB_1.png has no picture"), pairs![0]);
  });
});
