import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { readBytes, readText } from "../../../data/files/read.ts";
import { digestFiles } from "../../../data/sets/digest.ts";
import { readCheckpoint } from "../../../repose/files/open_studio.ts";
import { readPose } from "../../../repose/files/read_poses.ts";
import { inFolder } from "../fixtures.ts";

Deno.test("readText: without the mark before UTF-8", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "a.json");
    await Deno.writeTextFile(path, "\ufeff[1]");
    assertEquals(await readText(path, "the list"), "[1]");
  });
});

Deno.test("files that are too large are refused unread, as are pipes, devices and folders", async () => {
  await inFolder(async (folder) => {
    const sparse = async (name: string, gigabytes: number) => {
      const path = join(folder, name);
      await Deno.writeTextFile(path, "");
      await Deno.truncate(path, gigabytes * 2 ** 30);
      return path;
    };
    const checkpoint = await sparse("a.safetensors", 12), pose = await sparse("a.json", 3);
    await assertRejects(
      () => readCheckpoint(checkpoint),
      Error,
      `${checkpoint} has 12884901888 bytes`,
    );
    await assertRejects(() => readPose(pose, null), Error, `${pose} has 3221225472 bytes`);
    await assertRejects(
      () => digestFiles([checkpoint]),
      Error,
      `${checkpoint} has 12884901888 bytes`,
    );
    const refused = (path: string, what: string) =>
      assertRejects(() => readBytes(path, 10, "it"), Error, `cannot read it: ${path} is a ${what}`);
    await refused(folder, "folder");
    if (Deno.build.os === "windows") return;
    await refused("/dev/null", "pipe or a device");
    const pipe = join(folder, "pipe");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    await refused(pipe, "pipe or a device");
  });
});
