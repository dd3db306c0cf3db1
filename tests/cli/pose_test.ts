import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import { parseArguments } from "../../cli/arguments.ts";
import { openPeopleFinder } from "../../repose/files/open_studio.ts";
import type { FindPeople } from "../../repose/studio.ts";
import { findAll, pose } from "../../cli/pose.ts";
import { readPose } from "../../repose/files/read_poses.ts";
import { readPicture, writePicture } from "../../data/pictures/image_file.ts";
import { openPoses } from "../../data/sets/pose_source.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import { inFolder, patternPicture, withVariable } from "../data/fixtures.ts";
import { toyModel } from "../networks/movenet/toy_model.ts";
import { device } from "../op_check.ts";

const picture = patternPicture(31, 20);
/** A joint at each of some pixels, but for the left ear; the neck in the middle of the shoulders. */
const found: Joints = human.joints.map((name, i) => name === "left ear" ? null : { x: i, y: 12.25 })
  .with(1, { x: 3.5, y: 12.25 });
const findPeople: FindPeople = () => Promise.resolve([found]);
const findNobody: FindPeople = () => Promise.resolve([]);

interface Outcome {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

type Order =
  & Partial<Parameters<typeof findAll>[0]>
  & Pick<Parameters<typeof findAll>[0], "pictures">;

/** Looks at pictures, and gives what was printed and the exit code. */
async function look(order: Order, find = findPeople): Promise<Outcome> {
  const { log, error } = console;
  const lines: string[] = [], errors: string[] = [];
  console.log = (line: string) => lines.push(line);
  console.error = (line: string) => errors.push(line);
  try {
    await findAll({ draw: false, person: 1, ...order }, find);
    return { code: Number(Deno.exitCode), lines, errors };
  } finally {
    Object.assign(console, { log, error });
    Deno.exitCode = 0;
  }
}

/** As `inFolder`, with the paths of a picture, of another place, and of a file for poses. */
const inAlbum = (use: (paths: Record<"one" | "two" | "out", string>) => Promise<void>) =>
  inFolder(async (folder) => {
    const [one, two, out] = ["one.png", "two.jpg", "poses.json"].map((name) => join(folder, name));
    await writePicture(one, picture);
    await use({ one, two, out });
  });

Deno.test("pose: a picture's joints, as a file that reads back as its pose", async () => {
  await inAlbum(async ({ one, out }) => {
    const { code, lines, errors } = await look({ pictures: [one], out });
    assertEquals([code, errors], [0, []]);
    assertMatch(lines[0], /one\.png: 17 of 18 joints, not left ear, \d+ ms$/);
    assertEquals(lines.slice(1), [out]);
    assertEquals(await readPose(out, picture), found);
  });
});

Deno.test("pose: pictures that cannot be read are told of, and the others go on", async () => {
  await inAlbum(async ({ one, two, out }) => {
    const pictures = [two, one, out, one];
    await Deno.writeTextFile(out, "no picture");
    const { code, lines, errors } = await look({ pictures, out });
    assertEquals([code, lines.length, errors.length], [1, 3, 2]);
    assertStringIncludes(errors[0], "error: cannot read the picture: ");
    assertStringIncludes(errors[1], "poses.json: this is neither a PNG nor");
    assertEquals(await readPose(`${out}#${one}`, picture), found);
    const located = { name: one, path: one, split: null };
    assertEquals(await (await openPoses(out, human))(picture, located), found);
  });
});

Deno.test("pose: of several people it says so, and takes the largest or the one of --person", async () => {
  await inAlbum(async ({ one, out }) => {
    const other = found.map((point) => point && { x: point.x, y: 3 });
    const two: FindPeople = () => Promise.resolve([found, other]);
    const { lines } = await look({ pictures: [one], out }, two);
    assertEquals(lines[1], `${one} shows 2 people: the largest is taken`);
    assertEquals(await readPose(out, picture), found);
    const second = await look({ pictures: [one], out, person: 2 }, two);
    assertEquals(second.lines[1], `${one} shows 2 people: number 2 by size is taken`);
    assertEquals(await readPose(out, picture), other);
    const { code, errors } = await look({ pictures: [one], out, person: 3 }, two);
    assertEquals([code, errors], [1, [`error: ${one} shows 2 people: there is no --person 3`]]);
  });
});

Deno.test("pose: nobody is no error, and has a picture but no pose in the file", async () => {
  await inAlbum(async ({ one, out }) => {
    const { code, lines } = await look({ pictures: [one], out }, findNobody);
    assertEquals(code, 0);
    assertMatch(lines[0], /one\.png: nobody, \d+ ms$/);
    const { images, annotations } = JSON.parse(await Deno.readTextFile(out));
    assertEquals([images.length, annotations], [1, []]);
    const located = { name: one, path: one, split: null };
    assertEquals(await (await openPoses(out, human))(picture, located), null);
  });
});

Deno.test("pose: --draw writes beside the picture, which stays as it is", async () => {
  await inAlbum(async ({ one }) => {
    const { lines } = await look({ pictures: [one], draw: true });
    const drawing = one.replace(".png", "-pose.png");
    assertEquals(lines[1], drawing);
    assertEquals(await readPicture(one), picture);
    const drawn = await readPicture(drawing);
    assertEquals([drawn.width, drawn.height], [picture.width, picture.height]);
    assert(drawn.pixels.some((value, i) => value !== picture.pixels[i]), "nothing is drawn");
  });
});

Deno.test("pose: --skeletons draws the poses alone into a folder", async () => {
  await inAlbum(async ({ one }) => {
    const skeletons = one.replace(".png", "-skeletons");
    const { lines } = await look({ pictures: [one], skeletons });
    assertEquals(lines[1], join(skeletons, "one.png"));
    const drawn = await readPicture(lines[1]);
    assertEquals([drawn.width, drawn.height], [picture.width, picture.height]);
    const black = drawn.pixels.filter((value) => value === 0).length / drawn.pixels.length;
    assert(black > 0.5 && black < 1, `${black} of it is black`);
    const twice = parseArguments(pose, [one, "elsewhere/one.jpg", "--skeletons", skeletons]);
    assertThrows(() => pose.files(twice), Error, "two pictures would be");
  });
});

Deno.test("pose: where poses cannot be found at all, it ends", async () => {
  await inAlbum(async ({ one, out }) => {
    const failing: FindPeople = () => Promise.reject(new Error("the GPU was lost"));
    await assertRejects(() => look({ pictures: [one, one], out }, failing), Error);
    await assertRejects(() => Deno.stat(out), Deno.errors.NotFound);
  });
});

Deno.test("pose: what is ordered wrongly is refused before anything is read", async () => {
  const refusals: [args: string[], message: string][] = [
    [[], "say which pictures: ./run pose IMAGE..."],
    [["one.png", "--out", "one.png"], "--out one.png must end in .json"],
    [["one.jpg", "one-pose.png", "--draw"], "one-pose.png is taken; leave one out"],
    [["one.png", "sub/../one.jpg", "--draw"], "one-pose.png is taken; leave one out"],
  ];
  for (const [args, message] of refusals) {
    await assertRejects(
      () => Promise.try(() => pose.run(parseArguments(pose, args))),
      Error,
      message,
    );
  }
});

Deno.test("peopleFinder: reads the model of the user's cache when the first picture comes", async () => {
  await inFolder((cache) =>
    withVariable("XDG_CACHE_HOME", cache, async () => {
      const find = openPeopleFinder(device);
      await Deno.mkdir(join(cache, "repose"));
      const { model, weights } = toyModel(0.8, ["left ear"]);
      await Deno.writeTextFile(join(cache, "repose", "movenet-thunder.json"), model);
      await Deno.writeFile(join(cache, "repose", "movenet-thunder.bin"), weights);
      const [joints] = await find(picture);
      assertEquals(human.joints.filter((_, i) => joints[i] === null), ["left ear"]);
      await Deno.remove(join(cache, "repose"), { recursive: true });
      assertEquals(await find(picture), [joints], "once read, the model stays");
    })
  );
});
