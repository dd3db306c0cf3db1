import { assertEquals } from "@std/assert";
import config from "../../models/config.json" with { type: "json" };
import { checkpointModel } from "../../model/checkpoint.ts";
import { modelSettings } from "../../model/settings.ts";
import { bundledModel, readCheckpoint } from "../../repose/files/open_studio.ts";

Deno.test("the bundled model's config.json says what the model is, and has the project's licence", async () => {
  const model = checkpointModel(await readCheckpoint(bundledModel));
  const { model_type, architectures, levels, image_size, preprocessing, joints, ...settings } =
    config;
  const { size: _, ...known } = modelSettings(model);
  assertEquals(settings, known as typeof settings);
  assertEquals([levels, image_size], [model.levels, model.size]);
  assertEquals([model_type, ...architectures], ["deformable-gan", "generator", "discriminator"]);
  assertEquals<readonly string[]>(joints, model.skeleton.joints);
  const { scale, offset, heat_map_sigma } = preprocessing;
  assertEquals([255 * scale + offset, offset, heat_map_sigma], [1, -1, model.sigma]);
  const licence = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
  assertEquals(await licence("models/LICENSE"), await licence("LICENSE"));
});
