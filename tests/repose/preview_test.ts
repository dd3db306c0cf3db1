import { assertEquals, assertLess } from "@std/assert";
import { modelConfiguration } from "../../model/configuration.ts";
import { checkpointGenerator } from "../../model/checkpoint.ts";
import { resize } from "../../data/pictures/picture.ts";
import { bundledModel, readCheckpoint } from "../../repose/files/open_studio.ts";
import { Painter } from "../../repose/painter.ts";
import { Preview, previewSize } from "../../repose/preview.ts";
import { readyPose } from "../../web/ready_poses.ts";
import { device } from "../op_check.ts";
import { builtInPeople } from "../web/people.ts";

Deno.test("previewSize: the largest that is fluent, at least half of the sides", () => {
  const sizeOf = (size: string, milliseconds: number) => {
    const found = previewSize(modelConfiguration({ preset: "market", size }), milliseconds);
    return found && `${found.width}x${found.height}`;
  };
  assertEquals(sizeOf("64x128", 100), null);
  assertEquals(sizeOf("64x128", 101), "32x64");
  assertEquals(sizeOf("64x128", 5000), "32x64");
  assertEquals(sizeOf("128x256", 150), "96x192");
  assertEquals(sizeOf("128x256", 300), "64x128");
  assertEquals(sizeOf("128x256", 5000), "64x128");
  assertEquals(sizeOf("32x96", 5000), null);
});

Deno.test("Preview: the same person in the same pose, with fewer pixels", async () => {
  const painter = Painter.from(device, checkpointGenerator(await readCheckpoint(bundledModel)));
  const { size } = painter.configuration;
  const [person] = await builtInPeople();
  const source = person.sample(size);
  const paint = async (pose: string, preview: Preview) =>
    await preview.paint({ source, target: { joints: readyPose(pose, size) } });
  const half = new Preview(painter, { width: size.width / 2, height: size.height / 2 });
  const small = await paint("Hands up", half);
  assertEquals([small.width, small.height], [size.width / 2, size.height / 2]);
  const [full] = await painter.paint([{ source, target: { joints: readyPose("Hands up", size) } }]);
  const other = await paint("Stand", half);
  const away = (picture: typeof small) => {
    const shown = resize(picture, size);
    return shown.pixels.reduce((sum, value, i) => sum + Math.abs(value - full.pixels[i]), 0);
  };
  assertLess(away(small), 0.8 * away(other));
});
