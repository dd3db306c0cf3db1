import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { animate, type AnimateOrder, animateOrder } from "../../cli/animate.ts";
import { parseArguments } from "../../cli/arguments.ts";
import { clipPictures } from "../../data/pictures/ffmpeg.ts";
import { writePicture } from "../../data/pictures/image_file.ts";
import { webpHeader } from "../../data/pictures/webp.ts";
import { human } from "../../pose/skeleton.ts";
import { hasFfmpeg, withoutFfmpeg } from "../data/pictures/ffmpeg.ts";
import { inFolder, pixel } from "../data/fixtures.ts";
import { inTestStudio, openPose, personAt, pictureOf, printed } from "../repose/files/studio.ts";

const size = { width: 150, height: 130 };
const wrist = human.joints.indexOf("left wrist");

/** Runs `use` with a folder that has a source picture and a track, and a way to have orders filled. */
async function inScene(
  use: (folder: string, order: (more: Partial<AnimateOrder>) => Promise<string[]>) => Promise<void>,
): Promise<void> {
  await inFolder((folder) =>
    inTestStudio(async (studio) => {
      await writePicture(join(folder, "me.png"), pictureOf(size, 40, 20));
      const frames = [60, 40, 20].map((y) => openPose(personAt(9, 9).with(wrist, { x: 50, y })));
      const track = JSON.stringify({ fps: 10, frames: frames.toSpliced(1, 0, null) });
      await Deno.writeTextFile(join(folder, "track.json"), track);
      const usual: AnimateOrder = {
        source: join(folder, "me.png"),
        poses: join(folder, "track.json"),
        ...{
          poseSize: null,
          person: 1,
          proportions: "source",
          face: "painted",
          background: "painted",
          paste: false,
          fps: 0,
          smooth: 0,
          out: join(folder, "a.gif"),
        },
      };
      await use(folder, (more) => printed(() => animateOrder({ ...usual, ...more }, studio)));
    })
  );
}

Deno.test("animate: writes GIF and WebP, of the model's size or pasted into the source", async () => {
  await inScene(async (folder, order) => {
    const said = await order({});
    assertEquals(said.slice(1), [
      `4 poses from ${join(folder, "track.json")}`,
      join(folder, "a.gif"),
    ]);
    const gif = await Deno.readFile(join(folder, "a.gif"));
    assertEquals([gif[6], gif[8]], [32, 64]);
    await order({ paste: true, out: join(folder, "a.webp") });
    const webp = await Deno.readFile(join(folder, "a.webp"));
    assertEquals(webpHeader(webp), { ...size, animated: true });
  });
});

Deno.test("animate: the track's time, or --fps; a pose that is missing is held, and smoothed", async () => {
  if (!hasFfmpeg()) return;
  await inScene(async (folder, order) => {
    const clip = async (more: Partial<AnimateOrder>, fps: number) => {
      await order({ ...more, paste: true });
      return await Array.fromAsync(clipPictures(join(folder, "a.gif"), fps));
    };
    const frames = await clip({}, 10);
    assertEquals(frames.length, 4);
    assertEquals(frames[0], frames[1]);
    assert(frames.slice(1).every((frame, i) => i === 0 || isOther(frame, frames[i])));
    assertEquals(frames[3].width, size.width);
    assertEquals(pixel(frames[0], 0, 0), pixel(frames[3], 0, 0));
    assertEquals((await clip({ fps: 20 }, 20)).length, 4);
    const smooth = await clip({ smooth: 1 }, 10);
    assert(isOther(smooth[0], smooth[1]), "nothing was smoothed");
  });
});

function isOther(a: { pixels: Uint8Array }, b: { pixels: Uint8Array }): boolean {
  return a.pixels.some((value, i) => value !== b.pixels[i]);
}

Deno.test("animate: a speed that the format does not have is refused, the order's and the track's", async () => {
  const files = async (line: string) =>
    await animate.files(parseArguments(animate, line.split(" ")));
  const usual = "--source a.png --poses t.json --out";
  await assertRejects(() => files(`${usual} a.gif --fps 240`), Error, "not 240: choose with --fps");
  await files(`${usual} a.webp --fps 240`);
  await inScene(async (folder, order) => {
    const frames = [openPose(personAt(9, 9))];
    await Deno.writeTextFile(join(folder, "track.json"), JSON.stringify({ fps: 60, frames }));
    await assertRejects(() => order({}), Error, "a.gif: .gif shows 0.002 to 50 pictures a second");
    await order({ fps: 50 });
  });
});

Deno.test("animate: MP4 through ffmpeg, a clip as the poses; a clear word without it", async () => {
  await inScene(async (folder, order) => {
    const out = join(folder, "a.mp4");
    await withoutFfmpeg(async () => {
      await assertRejects(() => order({ out }), Error, "clips and MP4 need ffmpeg");
      await assertRejects(() => order({ poses: join(folder, "me.mp4") }), Error, "me.mp4");
    });
    if (!hasFfmpeg()) return;
    await order({ out, fps: 5 });
    const pictures = await Array.fromAsync(clipPictures(out, 5));
    assertEquals(pictures.map(({ width, height }) => [width, height]), Array(4).fill([32, 64]));
  });
});

Deno.test("animate: what cannot be painted is refused by name", async () => {
  await inScene(async (folder, order) => {
    const poses = join(folder, "poses");
    await Deno.mkdir(poses);
    await writePicture(join(poses, "1.png"), pictureOf(size, 10, 10));
    await writePicture(join(poses, "2.png"), pictureOf({ width: 99, height: 130 }, 10, 10));
    const sizes = "has pictures of different sizes (150x130, 99x130): make one";
    await assertRejects(() => order({ poses }), Error, `${poses} ${sizes}`);
    const empty = join(folder, "empty.json");
    await Deno.writeTextFile(empty, JSON.stringify({ frames: [null, { people: [] }] }));
    const nobody = `${empty}, in all of its 2 poses, shows nobody: a pose needs right shoulder`;
    await assertRejects(() => order({ poses: empty }), Error, nobody);
    await assertRejects(() => order({ out: join(folder, "none/a.gif") }), Error, "cannot write");
  });
});

Deno.test("animate: the example works with the permissions of its task", async () => {
  const root = new URL("../..", import.meta.url).pathname;
  await inFolder(async (folder) => {
    const out = join(folder, "a.gif");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "animate"].concat(
        ["--source", "examples/people/1.png", "--source-pose", "examples/people/poses.csv#1.png"],
        ["--poses", "examples/track.json", "--out", out],
      ),
      cwd: root,
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const gif = await Deno.readFile(out);
    const sides = new DataView(gif.buffer, 6, 4);
    assertEquals([sides.getUint16(0, true), sides.getUint16(2, true)], [128, 256]);
  });
});
