import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Device } from "../../../engine/device.ts";
import { Kernel } from "../../../engine/kernel.ts";
import { slice } from "../../../kernels/channels.ts";
import { abs, relu } from "../../../kernels/elementwise.ts";
import { debugOptions } from "../../../repose/files/debug_options.ts";
import { inFolder, withVariable } from "../../data/fixtures.ts";

Deno.test("REPOSE_EAGER: captured steps run op by op", async () => {
  await withVariable("REPOSE_EAGER", "1", async () => {
    const device = await Device.open(debugOptions());
    const x = device.tensor([1], Float32Array.of(-1));
    let runs = 0;
    const step = device.capture(() => {
      runs++;
      return abs(x);
    });
    for (let i = 0; i < 2; i++) step.replay();
    assertEquals(await step.result.read(), Float32Array.of(1));
    assertEquals(runs, 2);
    device.close();
  });
});

Deno.test("REPOSE_DUMP: the WGSL of each kernel that is used, by its name; those of one name are numbered", async () => {
  await inFolder(async (folder) => {
    const dump = join(folder, "made", "wgsl");
    await withVariable("REPOSE_DUMP", dump, async () => {
      const device = await Device.open(debugOptions());
      abs(slice(relu(device.tensor([1, 2, 1, 1], Float32Array.of(-1, 2))), 0, 1));
      await device.finish();
      device.close();
      const files = [...Deno.readDirSync(dump)].map(({ name }) => name).sort();
      assertEquals(files, ["abs.wgsl", "copy_channels.wgsl", "known_answer.wgsl", "relu.wgsl"]);
      assertStringIncludes(await Deno.readTextFile(join(dump, "abs.wgsl")), "result[i] = abs(x);");

      const { onCompile } = debugOptions();
      for (const source of ["one", "two"]) onCompile?.(new Kernel({ name: "tile 4x4/a", source }));
      assertEquals(await Deno.readTextFile(join(dump, "tile-4x4-a.wgsl")), "one");
      assertEquals(await Deno.readTextFile(join(dump, "tile-4x4-a-2.wgsl")), "two");
    });
  });
});
