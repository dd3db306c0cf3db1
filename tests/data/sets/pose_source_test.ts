import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { openPoses } from "../../../data/sets/pose_source.ts";
import { prepare } from "../../../data/sets/prepare.ts";
import { annotationHeader, formatAnnotation } from "../../../pose/formats/annotation.ts";
import { human } from "../../../pose/skeleton.ts";
import { settings, standing, writePictures } from "./album.ts";
import { inFolder } from "../fixtures.ts";

Deno.test("poses from a folder of JSON files, from COCO's list, from a CSV", async () => {
  await inFolder(async (root) => {
    const folder = join(root, "pictures");
    await writePictures(folder, ["ANNA/1.png", "ANNA/2.png", "BOB/1.png"]);
    const poses = join(root, "poses");
    await Deno.mkdir(join(poses, "ANNA"), { recursive: true });
    const keypoints = standing.flatMap((point) => [point!.x, point!.y, 1]);
    const json = JSON.stringify({ people: [{ pose_keypoints_2d: keypoints }] });
    await Deno.writeTextFile(join(poses, "ANNA/1.json"), json);
    await Deno.writeTextFile(join(poses, "ANNA/2_keypoints.json"), json);
    const coco = join(root, "coco.json"), list = join(root, "list.csv");
    const images = [{ id: 1, file_name: "ANNA/1.png" }, { id: 2, file_name: "ANNA/2.png" }];
    const annotations = images.map(({ id }) => ({ image_id: id, keypoints: keypoints.slice(3) }));
    await Deno.writeTextFile(coco, JSON.stringify({ images, annotations }));
    const lines = images.map(({ file_name: name }) =>
      formatAnnotation({ name, joints: standing }, human)
    );
    await Deno.writeTextFile(list, [annotationHeader, ...lines].join("\n"));
    for (const [i, text] of [poses, coco, list].entries()) {
      const openIt = () => openPoses(text, human);
      const out = join(root, `out-${i}`);
      const { splits: { train, test }, broken, unknown } = await prepare(
        settings(folder, "folder", { out, openPoses: openIt }),
      );
      assertEquals([broken, unknown], [[], ["BOB/1.png"]]);
      assertEquals(train.selection.annotated + test.selection.annotated, 2);
      assertEquals(train.selection.unusable + test.selection.unusable, 0);
      assertEquals(train.pairs + test.pairs, 2);
    }
    await Deno.writeTextFile(
      coco,
      JSON.stringify({ images: [{ id: 3, file_name: "BOB/1.png" }], annotations: [] }),
    );
    const openIt = () => openPoses(coco, human);
    const { unknown, splits: { train, test } } = await prepare(
      settings(folder, "folder", { out: join(root, "out-0"), openPoses: openIt }),
    );
    assertEquals([unknown, train.selection.unusable + test.selection.unusable], [[], 1]);

    const none = settings(folder, "folder", { out: join(root, "new"), openPoses: openIt });
    await Deno.writeTextFile(coco, JSON.stringify({ images: [], annotations: [] }));
    await assertRejects(
      () => prepare(none),
      Error,
      "none of 3 pictures can be used; the first: there is no pose of ANNA/1.png",
    );
    await assertRejects(() => openPoses(join(root, "none"), human), Error, "cannot read the poses");
    await Deno.writeTextFile(coco, json);
    await assertRejects(() => openPoses(coco, human), Error, "give a folder of JSON files");
  });
});
