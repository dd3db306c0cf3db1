import { assertEquals, assertRejects } from "@std/assert";
import { kindsLike } from "../../../kernels/tuning.ts";
import { openDevice } from "../../../repose/files/open_device.ts";
import { inFolder, withVariable } from "../../data/fixtures.ts";

/** The kind of a device that is opened and closed. */
async function kindOpened(before?: string): Promise<string> {
  const device = await openDevice(before);
  device.close();
  return device.kind;
}

Deno.test("REPOSE_KIND: any kind, whatever the device is, and before all else", async () => {
  await withVariable("REPOSE_KIND", "gpu-64", async () => {
    assertEquals(await kindOpened(), "gpu-64");
    assertEquals(await kindOpened("software-uniform"), "gpu-64");
  });
  await withVariable("REPOSE_KIND", "CUDA", async () => {
    await assertRejects(
      () => openDevice(),
      Error,
      'REPOSE_KIND must be one of gpu, gpu-64, gpu-narrow, gpu-wide, gpu-large, software, software-uniform, swiftshader, not "CUDA"',
    );
  });
});

Deno.test("openDevice: as before where that may be; else as measured once and kept in the cache", async () => {
  await inFolder(async (cache) => {
    await withVariable("XDG_CACHE_HOME", cache, async () => {
      const measured = await kindOpened("of another machine");
      const [{ name: folder }] = [...Deno.readDirSync(cache)];
      const [{ name: file }] = [...Deno.readDirSync(`${cache}/${folder}`)];
      assertEquals(
        JSON.parse(await Deno.readTextFile(`${cache}/${folder}/${file}`)).kind,
        measured,
      );
      for (const kind of kindsLike(measured as "gpu")) assertEquals(await kindOpened(kind), kind);
      assertEquals(await kindOpened(), measured);
    });
  });
});

Deno.test("openDevice: works where nothing can be kept", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/a file`;
    await Deno.writeTextFile(file, "");
    await withVariable("XDG_CACHE_HOME", file, async () => {
      assertEquals(kindsLike(await kindOpened() as "gpu").length, 2);
    });
  });
});
