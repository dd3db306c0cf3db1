import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { encodeGif } from "../../../data/pictures/animated_gif.ts";
import { checkAnimation, writeAnimation } from "../../../data/pictures/animation.ts";
import { clipPictures } from "../../../data/pictures/ffmpeg.ts";
import { blankPicture } from "../../../data/pictures/picture.ts";
import type { Colour, Picture } from "../../../data/types.ts";
import { hasFfmpeg, withoutFfmpeg } from "./ffmpeg.ts";
import { inFolder, pixel, withVariable } from "../fixtures.ts";

const colours: readonly Colour[] = [[200, 30, 30], [30, 200, 30], [30, 30, 200], [90, 90, 90]];
const size = { width: 17, height: 9 };

async function* pictures(count = colours.length): AsyncGenerator<Picture> {
  for (const colour of colours.slice(0, count)) yield blankPicture(size, colour);
}

/** What a GIF's blocks say (GIF89a, 20 to 23). */
function parseGif(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tableBytes = (flags: number) => flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
  const delays: number[] = [], colours: number[][] = [];
  let loops = NaN;
  let at = 13 + tableBytes(file[10]);
  const skipBlocks = () => {
    while (file[at] !== 0) at += file[at] + 1;
    at++;
  };
  while (file[at] !== 0x3b) {
    if (file[at] === 0x21) {
      if (file[at + 1] === 0xf9) delays.push(view.getUint16(at + 4, true));
      if (file[at + 1] === 0xff) loops = view.getUint16(at + 16, true);
      at += 2;
    } else {
      const bytes = tableBytes(file[at + 9]) || tableBytes(file[10]);
      const table = tableBytes(file[at + 9]) ? at + 10 : 13;
      colours.push([...file.subarray(table, table + 3)]);
      at += 10 + (table === 13 ? 0 : bytes) + 1;
    }
    skipBlocks();
  }
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  return { width, height, delays, loops, colours };
}

Deno.test("a GIF has the frames that went in, their times sum up, and it goes on for ever", async () => {
  const { width, height, delays, loops, colours: firsts } = parseGif(
    await encodeGif(pictures(), 8),
  );
  assertEquals({ width, height, loops }, { ...size, loops: 0 });
  assertEquals(delays, [13, 12, 13, 12]);
  firsts.forEach((colour, i) => {
    const off = colour.map((value, channel) => Math.abs(value - colours[i][channel]));
    assert(Math.max(...off) <= 8, `frame ${i}: ${colour}`);
  });
  assertEquals(parseGif(await encodeGif(pictures(), 50)).delays, [2, 2, 2, 2]);
});

Deno.test("an animation is written whole or not at all, by the end of its name", async () => {
  await inFolder(async (folder) => {
    for (const name of ["a.gif", "b.WEBP"]) await writeAnimation(join(folder, name), pictures(), 5);
    async function* failing() {
      yield* pictures(1);
      throw new Error("no more paint");
    }
    for (const name of ["c.gif", "c.webp"]) {
      await assertRejects(() => writeAnimation(join(folder, name), failing(), 5), Error, "paint");
    }
    const names = Deno.readDirSync(folder).map(({ name }) => name).toArray();
    assertEquals(names.sort(), ["a.gif", "b.WEBP"]);
    const message = "a.avi must end in one of .gif, .webp, .mp4";
    assertThrows(() => checkAnimation("a.avi"), Error, message);
    const limits = "shows 0.002 to 50 pictures a second, not";
    for (const fps of [240, 51, 0.001]) {
      assertThrows(() => checkAnimation("a.gif", fps), Error, `a.gif: .gif ${limits} ${fps}`);
    }
    checkAnimation("a.webp", 240);
  });
});

Deno.test("clips in and out through ffmpeg", async () => {
  if (!hasFfmpeg()) return;
  await inFolder(async (folder) => {
    const path = join(folder, "a.mp4");
    await writeAnimation(path, pictures(), 5);
    const clip = await Array.fromAsync(clipPictures(path, 5));
    assertEquals(clip.map(({ width, height }) => [width, height]), Array(4).fill([18, 10]));
    clip.forEach((picture, i) => {
      const off = pixel(picture, 8, 4).map((value, c) => Math.abs(value - colours[i][c]));
      assert(Math.max(...off) <= 12, `picture ${i}: ${pixel(picture, 8, 4)}`);
    });
    for (const [fps, count] of [[10, 8], [2.5, 2]]) {
      assertEquals((await Array.fromAsync(clipPictures(path, fps))).length, count);
    }
    for await (const picture of clipPictures(path, 5)) {
      assertEquals(picture.width, 18);
      break; // ffmpeg must not stay
    }

    const broken = join(folder, "broken.mp4");
    await Deno.writeTextFile(broken, "just text");
    const error = await assertRejects(() => Array.fromAsync(clipPictures(broken, 5)), Error);
    assertMatch(error.message, /^[^\n]*broken\.mp4[^\n]*$/);
    const none = () => Array.fromAsync(clipPictures(join(folder, "none.mp4"), 5));
    await assertRejects(none, Error, "cannot read the clip");
    async function* failing() {
      yield* pictures(1);
      throw new Error("no more paint");
    }
    await assertRejects(() => writeAnimation(join(folder, "c.mp4"), failing(), 5), Error, "paint");
  });
});

Deno.test("without ffmpeg the error says what to do", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "a.gif");
    await writeAnimation(path, pictures(), 5);
    const message = "clips and MP4 need ffmpeg, which is not on this machine: install it";
    await withoutFfmpeg(async () => {
      await assertRejects(() => Array.fromAsync(clipPictures(path, 5)), Error, message);
      const mp4 = join(folder, "a.mp4");
      await assertRejects(() => writeAnimation(mp4, pictures(), 5), Error, message);
    });
    assertEquals(Deno.readDirSync(folder).toArray().length, 1);
  });
});

Deno.test("while the pictures of an MP4 are made there is no file of it, anywhere", async () => {
  await inFolder(async (folder) => {
    // Tells where it is to write, and writes there.
    const script =
      'for out; do :; done; cat >/dev/null; case $out in file:*) : >"${out#file:}" ;; esac';
    await Deno.writeTextFile(join(folder, "ffmpeg"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await withVariable("PATH", `${folder}:${Deno.env.get("PATH")}`, async () => {
      await withVariable("TMPDIR", folder, async () => {
        const files = () => Deno.readDirSync(folder).toArray().map(({ name }) => name).sort();
        async function* looking() {
          for await (const picture of pictures()) {
            yield picture;
            await new Promise((resolve) => setTimeout(resolve, 20));
            assertEquals(files(), ["ffmpeg"]);
          }
        }
        await writeAnimation(join(folder, "a.mp4"), looking(), 5);
        assertEquals(files(), ["a.mp4", "ffmpeg"]);
      });
    });
  });
});
