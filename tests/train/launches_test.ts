/** What a training step on a GPU launches and binds, counted on a device that computes nothing. */
import { assert, assertEquals } from "@std/assert";
import { countingDevice } from "../../engine/counting_device.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { emptyVgg } from "../../train/memory.ts";
import { recipeOf } from "../../train/recipe.ts";
import { Trainer } from "../../train/trainer.ts";

/** At most so many launches, and bytes of all that they bind. A launch costs a GPU some microseconds. */
const BUDGETS = [
  { recipe: "paper", launches: 411, bytes: 5.94e9 },
  { recipe: "modern", launches: 358, bytes: 5.64e9 },
] as const;

for (const { recipe, launches, bytes } of BUDGETS) {
  Deno.test(`a market step of width 64 takes ${launches} launches, recipe ${recipe}`, () => {
    const configuration = modelConfiguration({ preset: "market" });
    const training = { recipe: recipeOf({ recipe }), steps: 1, seed: 0, vgg: emptyVgg() };
    const trainer = Trainer.create(countingDevice(), configuration, training);
    const { commands } = trainer.prepare(configuration.batch).captured;
    assertEquals([configuration.width, configuration.batch], [64, 4]);
    assert(commands.length <= launches, `${commands.length} launches`);
    const operands = commands.flatMap(({ operands }) => operands);
    const bound = operands.reduce((sum, { size }) => sum + size, 0);
    assert(bound <= bytes, `${bound} bytes`);
  });
}
