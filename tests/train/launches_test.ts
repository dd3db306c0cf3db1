/** What a training step on a GPU launches and binds, counted on a device that computes nothing. */
import { assert, assertEquals, assertLess } from "@std/assert";
import type { CapturedStep } from "../../engine/capture.ts";
import type { Command } from "../../engine/command.ts";
import { countingDevice } from "../../engine/counting_device.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { capturedStep } from "../../train/captured_step.ts";
import { recipeOf } from "../../train/recipe.ts";
import { DEFAULT_LIMITS } from "../device.ts";

/** At most so many launches, and bytes of all that they bind. A launch costs a GPU some microseconds. */
const BUDGETS = [
  { recipe: "paper", launches: 411, bytes: 5.99e9 },
  { recipe: "modern", launches: 358, bytes: 5.7e9 },
] as const;

/** A step of width 64 with the preset's own batch. */
function captured(
  preset: "market" | "deepfashion",
  recipe: "paper" | "modern",
  device = countingDevice("gpu", DEFAULT_LIMITS.maxStorageBufferBindingSize),
): CapturedStep<void> {
  const configuration = modelConfiguration({ preset });
  assertEquals(configuration.width, 64);
  return capturedStep(configuration, recipeOf({ recipe }), device);
}

for (const { recipe, launches, bytes } of BUDGETS) {
  Deno.test(`a market step of width 64 takes ${launches} launches, recipe ${recipe}`, () => {
    const { commands } = captured("market", recipe);
    assert(commands.length <= launches, `${commands.length} launches`);
    const operands = commands.flatMap(({ operands }) => operands);
    const bound = operands.reduce((sum, { size }) => sum + size, 0);
    assert(bound <= bytes, `${bound} bytes`);
  });
}

/**
 * What an integrated graphics card (Intel's Iris Xe) does at its best, in a second. A kernel may do a tenth of it: then
 * this many seconds are the two after which Windows takes the card for hung.
 */
const CARD = { flops: 1.7e12, bytes: 40e9 };
const SECONDS = 0.2;

/** Seconds that a launch takes at least: its counted arithmetic, or all that it binds moved once. */
function secondsOf({ flops, operands }: Command): number {
  const bytes = operands.reduce((sum, { size }) => sum + size, 0);
  return Math.max(flops / CARD.flops, bytes / CARD.bytes);
}

for (const preset of ["market", "deepfashion"] as const) {
  for (const recipe of ["paper", "modern"] as const) {
    Deno.test(`a ${preset} step of width 64, recipe ${recipe}: nothing keeps a small GPU for long`, () => {
      const device = countingDevice("gpu", DEFAULT_LIMITS.maxStorageBufferBindingSize);
      const { commands, replay } = captured(preset, recipe, device);
      device.flush();
      const submissions: number[] = []; // where each ends among the commands
      let dispatched = 0;
      const pass = { setPipeline() {}, setBindGroup() {}, end() {} };
      Object.assign(device.gpu, {
        createCommandEncoder: () => ({
          beginComputePass: () => ({ ...pass, dispatchWorkgroups: () => dispatched++ }),
          finish: () => submissions.push(dispatched),
        }),
      });
      replay();
      assertEquals(submissions.at(-1), commands.length);
      const seconds = submissions.map((end, i) =>
        commands.slice(submissions[i - 1] ?? 0, end).map(secondsOf)
          .reduce((sum, each) => sum + each)
      );
      assertLess(Math.max(...seconds), SECONDS, `of ${submissions.length} submissions`);
    });
  }
}
