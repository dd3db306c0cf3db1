import { textTable } from "../data/files/text_table.ts";
import { modelConfiguration } from "../model/configuration.ts";
import { describeModel, type LayerDescription } from "../model/describe.ts";
import { modelFields, settingsFromTexts } from "../model/settings.ts";
import { trainingMemory } from "../train/memory.ts";
import { recipeOf } from "../train/recipe.ts";
import { trainingFields } from "../train/options.ts";
import { type Command, gibibytes } from "./arguments.ts";
import { describeMachine, thisMachine } from "./driver.ts";

const fields = { ...modelFields, batch: trainingFields.batch };

export const info: Command = {
  usage: "info --preset NAME [OPTIONS]",
  purpose: "Shows a model's layers, their shapes, and what they cost; the GPU and its driver.",
  options: fields,
  files: () => ({}),
  async run({ texts }) {
    const { preset = "demo", batch, ...settings } = settingsFromTexts(fields, texts);
    const configuration = modelConfiguration({ ...settings, preset });
    const pairs = batch ?? configuration.batch;
    const model = describeModel(configuration);
    console.log([
      ...textTable([HEADER, ...model.layers.map(layerRow)], 1),
      "",
      `generator parameters: ${model.generatorParameters}`,
      `discriminator parameters: ${model.discriminatorParameters}`,
      `generator, forward: ${model.gflopPerPicture.toFixed(2)} GFLOP a picture`,
      `training, batch ${pairs}: ${
        gibibytes(trainingMemory(configuration, pairs, recipeOf({})))
      } of GPU memory`,
      "",
      ...describeMachine(await thisMachine()),
    ].join("\n"));
  },
};

const HEADER = ["layer", "channels x height x width", "parameters", "GFLOP"];

function layerRow({ name, output, parameters, gflop }: LayerDescription): string[] {
  return [name, output.join("x"), String(parameters), gflop.toFixed(3)];
}
