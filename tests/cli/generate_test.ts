import {
  assert,
  assertEquals,
  assertGreater,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { dirname, join } from "node:path";
import { whole } from "../../data/shard.ts";
import { parseArguments } from "../../cli/arguments.ts";
import { generate, type GenerateOrder, paintOrder } from "../../cli/generate.ts";
import { readPicture, writePicture } from "../../data/pictures/image_file.ts";
import { blankPicture, paste } from "../../data/pictures/picture.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import { inFolder, largestDifference, patternPicture, pixel } from "../data/fixtures.ts";
import { bundledModel } from "../../repose/files/open_studio.ts";
import { inTestStudio, openPose, personAt, pictureOf, printed } from "../repose/files/studio.ts";

const size = { width: 300, height: 220 };
const model = { width: 32, height: 64 };

/** Runs `use` with a folder that has a source and a target picture, and a way to have orders filled. */
async function inScene(
  use: (
    folder: string,
    order: (more: Partial<GenerateOrder>) => Promise<string[]>,
  ) => Promise<void>,
): Promise<void> {
  await inFolder((folder) =>
    inTestStudio(async (studio) => {
      await writePicture(join(folder, "me.png"), pictureOf(size, 120, 60));
      await writePicture(
        join(folder, "target.png"),
        pictureOf({ width: 90, height: 400 }, 30, 250),
      );
      const usual: GenerateOrder = {
        shard: whole,
        checkpoint: bundledModel,
        source: join(folder, "me.png"),
        pose: join(folder, "target.png"),
        ...{
          poseSize: null,
          person: 1,
          proportions: "source",
          face: "painted",
          background: "painted",
          paste: false,
          samples: 1,
          seed: 0,
          out: join(folder, "out.png"),
        },
      };
      await use(folder, (more) => printed(() => paintOrder({ ...usual, ...more }, studio)));
    })
  );
}

const write = (path: string, document: unknown) =>
  Deno.writeTextFile(path, JSON.stringify(document));

Deno.test("generate: both poses are found in pictures, as pose files would say them", async () => {
  await inScene(async (folder, order) => {
    const said = await order({});
    assertMatch(
      said[0],
      /me\.png was fitted from 220x300 to 64x32 \(height x width\): 128x64 round/,
    );
    assertEquals(said[1], join(folder, "out.png"));
    const painted = await readPicture(join(folder, "out.png"));
    assertEquals([painted.width, painted.height], [model.width, model.height]);

    const [source, target] = [join(folder, "source.json"), join(folder, "target.json")];
    await write(source, openPose(personAt(120, 60)));
    await write(target, openPose(personAt(30, 250)));
    const out = join(folder, "files.png");
    await order({ sourcePose: source, pose: target, out });
    assertEquals(await readPicture(out), painted);
    await order({ pose: target, poseSize: { width: 90, height: 400 }, out });
    assertEquals(await readPicture(out), painted);
  });
});

Deno.test("generate --paste: the source's size; what is not round the person stays", async () => {
  await inScene(async (folder, order) => {
    await order({ paste: true });
    const original = await readPicture(join(folder, "me.png"));
    const pasted = await readPicture(join(folder, "out.png"));
    assertEquals([pasted.width, pasted.height], [size.width, size.height]);
    for (const [x, y] of [[0, 0], [100, 100], [180, 100], [140, 40], [140, 175], [299, 219]]) {
      assertEquals(pixel(pasted, x, y), pixel(original, x, y), `(${x}, ${y})`);
    }
    assertNotEquals(pixel(pasted, 140, 100), pixel(original, 140, 100));
  });
});

Deno.test("generate: of several people the largest is painted, or the one of --person; both are said", async () => {
  await inScene(async (folder, order) => {
    const source = join(folder, "two.png"), pose = join(folder, "target.png");
    const picture = pictureOf(size, 120, 60);
    paste(picture, blankPicture({ width: 1, height: 1 }, [255, 255, 255]), 220, 80);
    await writePicture(source, picture);
    const said = await order({ source });
    assertEquals(said[0], `${source} shows 2 people: the largest is taken`);
    const largest = await readPicture(join(folder, "out.png"));
    const [second] = await order({ source, person: 2 });
    assertEquals(second, `${source} shows 2 people: number 2 by size is taken`);
    assertNotEquals(await readPicture(join(folder, "out.png")), largest);
    const refused = `${source} shows 2 people: there is no --person 3`;
    await assertRejects(() => order({ source, person: 3 }), RangeError, refused);
    await assertRejects(
      () => order({ person: 2 }),
      RangeError,
      "me.png shows 1 person: there is no",
    );
    await writePicture(pose, picture);
    assertEquals((await order({}))[0], `${pose} shows 2 people: the largest is taken`);
  });
});

Deno.test("generate: a picture of the model's size is not fitted", async () => {
  await inScene(async (folder, order) => {
    const joints = personAt(0, 0).map((point) => point && { x: point.x * 0.6, y: point.y * 0.6 });
    await writePicture(join(folder, "small.png"), patternPicture(32, 64));
    await write(join(folder, "small.json"), openPose(joints));
    const small = { source: join(folder, "small.png"), sourcePose: join(folder, "small.json") };
    assertEquals((await order({ ...small, pose: join(folder, "small.json") })).length, 1);
  });
});

Deno.test("generate: a folder or a track makes a series, --samples variations", async () => {
  await inScene(async (folder, order) => {
    const poses = join(folder, "poses"), track = join(folder, "track.json");
    await Deno.mkdir(poses);
    await writePicture(join(poses, "1.png"), pictureOf({ width: 90, height: 400 }, 30, 250));
    await writePicture(join(poses, "2.png"), pictureOf(size, 200, 70));
    const raised = personAt(30, 250).with(human.joints.indexOf("left wrist"), { x: 70, y: 250 });
    await write(track, { frames: [openPose(personAt(30, 250)), openPose(raised)] });
    await order({ proportions: "target" });
    const one = await readPicture(join(folder, "out.png"));
    for (const pose of [poses, track]) {
      const said = await order({ pose, proportions: "target", out: join(folder, "many.png") });
      assertEquals(said.slice(1), ["0001", "0002"].map((n) => join(folder, `many-${n}.png`)));
      assertEquals(await readPicture(said[1]), one);
    }
    assertNotEquals(await readPicture(join(folder, "many-0002.png")), one);

    const said = await order({ samples: 2, out: join(folder, "x.PNG") });
    assertEquals(said.slice(1), [1, 2].map((n) => join(folder, `x-${n}.PNG`)));
    assertNotEquals(await readPicture(said[1]), await readPicture(said[2]));
  });
});

Deno.test("generate --shard: parts of a series or of samples make the same files, which --merge sees", async () => {
  await inScene(async (folder, order) => {
    const merge = (out: string) =>
      printed(async () => await generate.run(parseArguments(generate, ["--merge", "--out", out])));
    const frames = Array.from({ length: 9 }, (_, i) => openPose(personAt(20 + 4 * i, 250)));
    await write(join(folder, "track.json"), { frames });
    const orders = [{ pose: join(folder, "track.json") }, { samples: 3 }];
    for (const [i, each] of orders.entries()) {
      const [all, some] = ["all", "some"].map((name) => join(folder, `${name}${i}`, "out.png"));
      for (const path of [all, some]) await Deno.mkdir(dirname(path));
      const paintPart = async (number: number, more: Partial<GenerateOrder> = each) =>
        (await order({ ...more, out: some, shard: { number, count: 3 } }))
          .filter((line) => line.endsWith("png") && !line.includes("--merge"));

      await order({ ...each, out: all });
      assertEquals((await paintPart(3)).length, 1);
      await assertRejects(() => merge(some), Error, "no finished part 1/3, 2/3");
      await paintPart(1);
      assertEquals(await paintPart(1), [], "what is done is not painted again");
      const [first] = await paintPart(2);
      await Deno.remove(first);
      await assertRejects(() => merge(some), Error, `${first} was painted but is gone`);
      assertEquals((await paintPart(2))[0], first);
      await paintPart(2, { ...each, paste: true });
      await assertRejects(() => merge(some), Error, "is of another order");
      await paintPart(2);
      const [said] = await merge(some);
      assertMatch(said, /^all parts are done: [39] pictures, out-(0001|1)\.png to out-/);
      assertEquals(await bytesIn(dirname(some)), await bytesIn(dirname(all)));
    }
  });
});

async function bytesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  const files = names.map(async (name) => [name, await Deno.readFile(join(folder, name))] as const);
  return new Map(await Promise.all(files));
}

Deno.test("generate: a pose has the source's proportions unless told; the source's own pose stays", async () => {
  await inScene(async (folder, order) => {
    const at = (name: string) => join(folder, name);
    await writePicture(at("small.png"), patternPicture(32, 64));
    const own = personAt(0, 0).map((point) => point && { x: point.x * 0.6, y: point.y * 0.6 });
    const longShins = own.map((point, i) =>
      point && { x: point.x, y: point.y + (/ankle/.test(human.joints[i]) ? 3 : 0) }
    );
    const painted = async (joints: Joints, proportions: "source" | "target") => {
      await write(at("pose.json"), openPose(joints));
      const pose = { pose: at("pose.json"), proportions };
      await order({ source: at("small.png"), sourcePose: at("own.json"), ...pose });
      return await readPicture(at("out.png"));
    };
    await write(at("own.json"), openPose(own));
    const changeOf = async (joints: Joints) => {
      const [fitted, kept] = [await painted(joints, "source"), await painted(joints, "target")];
      return largestDifference(fitted.pixels, kept.pixels);
    };
    // Fitting to oneself moves joints by roundings alone.
    assertLessOrEqual(await changeOf(own), 1);
    assertGreater(await changeOf(longShins), 1);
  });
});

Deno.test("generate: what cannot be painted is refused by name before anything is written", async () => {
  await inScene(async (folder, order) => {
    const at = (name: string) => join(folder, name);
    await writePicture(at("empty.png"), blankPicture({ width: 20, height: 20 }, [0, 0, 0]));
    await write(at("one.json"), { frames: [openPose(personAt(0, 0)), null] });
    await write(at("legs.json"), openPose(personAt(9, 9).with(2, null).with(5, null)));
    await write(at("far.json"), openPose(personAt(280, 0)));
    await write(
      at("swapped.json"),
      openPose(personAt(240, 60).map((p) => p && { x: p.y, y: p.x })),
    );
    await Deno.writeTextFile(at("text.jpg"), "just text");
    const torso = "right shoulder, left shoulder, left hip, right hip";
    const cases: [Partial<GenerateOrder>, string][] = [
      [{ source: at("empty.png") }, `${at("empty.png")} shows nobody: a pose needs ${torso}`],
      [{ pose: at("empty.png") }, `${at("empty.png")} shows nobody: a pose needs ${torso}`],
      [{ pose: at("one.json") }, `${at("one.json")}: frames[1] shows nobody`],
      [{ pose: at("legs.json") }, `${at("legs.json")} lacks right shoulder, left shoulder: a pose`],
      [{ pose: at("one.json"), samples: 2 }, "--samples goes with one pose, but"],
      [{ sourcePose: at("far.json") }, "lies outside the 300x220 (width x height) picture"],
      [{ sourcePose: at("swapped.json") }, "all joints would lie inside with x and y swapped"],
      [
        { pose: at("swapped.json"), poseSize: { width: 220, height: 210 } },
        "lies outside the 220x210",
      ],
      [
        { source: at("text.jpg") },
        `${at("text.jpg")}: this is neither a PNG nor a JPEG nor a WebP`,
      ],
      [{ pose: at("text.jpg") }, `${at("text.jpg")}: this is neither`],
      [{ pose: at("none.json") }, "cannot read the pose: "],
    ];
    for (const [more, message] of cases) {
      const error = await assertRejects(() => order(more), Error, message);
      assertMatch(error.message, /^[^\n]+$/);
    }
    const written = Deno.readDirSync(folder).map(({ name }) => name).toArray();
    assert(!written.includes("out.png"));
  });
});
