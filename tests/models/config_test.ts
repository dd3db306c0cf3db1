import { assertEquals, assertMatch } from "@std/assert";
import { extract } from "@std/front-matter/yaml";
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
  assertEquals(await text("models/LICENSE"), await text("LICENSE"));
});

Deno.test("the cards of the model and of the examples have the header that hubs read", async () => {
  const headerOf = async (path: string) => extract(await text(path)).attrs;
  const { tags: _, ...model } = await headerOf("models/README.md") as Record<string, unknown>;
  assertEquals(model, { license: "mit", pipeline_tag: "image-to-image" });
  const { tags: __, ...data } = await headerOf("examples/README.md") as Record<string, unknown>;
  assertEquals(data, {
    license: "mit",
    pretty_name: "Repose's examples",
    task_categories: ["image-to-image"],
    size_categories: ["n<1K"],
  });
  for (const folder of ["models", "examples"]) {
    const card = await text(`${folder}/README.md`);
    for (const { name } of Deno.readDirSync(new URL(`../../${folder}`, import.meta.url))) {
      if (name !== "README.md") assertMatch(card, new RegExp(`\`${RegExp.escape(name)}`), name);
    }
  }
});

const text = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
