/** How a run makes its steps: as the paper does, or with what has been learnt since. The networks are the same. */
import { type Choice, type Field, oneOf } from "../model/settings.ts";

export const recipes = ["paper", "modern"] as const;
export type RecipeName = (typeof recipes)[number];

const switches = ["off", "on"] as const;
type Switch = (typeof switches)[number];

/** What the recipes differ in; each can be chosen on its own. */
export interface RecipeFields {
  /** Adam's learning rate. */
  readonly rate: number;
  /** Whether the rate stays, or falls evenly to zero over the last `FALLING` of the steps. */
  readonly schedule: "constant" | "falling";
  /** The batches of a step: one for each network (paper), or one, painted once, for both. */
  readonly batches: "two" | "one";
  /** Whether a moving average of the generator's weights is what paints. */
  readonly averaging: Switch;
  /**
   * Factor of an L1 distance of the pixels beside the reconstruction loss. The nearest-neighbour loss
   * alone does not see a fine grid whose every pixel is like some neighbour of the real one.
   */
  readonly l1: number;
  /** Whether half of the pairs, drawn at random, are mirrored left to right. */
  readonly mirroring: Switch;
  /** Whether a third of the pairs, drawn at random, are in other colours, the same in both pictures. */
  readonly recolouring: Switch;
  /** Whether a third of the pairs, drawn at random, are seen closer, some without legs. */
  readonly zooming: Switch;
}

export interface Recipe extends RecipeFields {
  readonly recipe: RecipeName;
}

/** Paper: section 5.1. Modern: bench/recipe.md has what each ingredient brings. */
const table: Readonly<Record<RecipeName, RecipeFields>> = {
  paper: {
    rate: 2e-4,
    schedule: "constant",
    batches: "two",
    averaging: "off",
    l1: 0,
    mirroring: "off",
    recolouring: "off",
    zooming: "off",
  },
  modern: {
    rate: 8e-4,
    schedule: "falling",
    batches: "one",
    averaging: "on",
    l1: 30,
    mirroring: "on",
    recolouring: "off",
    zooming: "off",
  },
};

const rate: Field<number> = {
  placeholder: "N",
  help: "learning rate, whatever the recipe says",
  expected: "a number above 0, at most 0.1",
  accepts: (value): value is number => typeof value === "number" && value > 0 && value <= 0.1,
};

const l1: Field<number> = {
  placeholder: "N",
  help: "factor of an L1 distance of the pixels, added to the reconstruction loss",
  expected: "a number from 0 to 1000",
  accepts: (value): value is number => typeof value === "number" && value >= 0 && value <= 1000,
};

/** The settings of a recipe. */
export const recipeFields = {
  recipe: oneOf(recipes, "how steps are made: as in the paper, or with what came after (default)"),
  rate,
  schedule: oneOf(["constant", "falling"], "the rate stays, or falls to zero at the end"),
  batches: oneOf(["two", "one"], "a batch for each network, or one for both"),
  averaging: oneOf(switches, "paint with a moving average of the generator's weights"),
  l1,
  mirroring: oneOf(switches, "mirror half of the pairs"),
  recolouring: oneOf(switches, "change the colours of a third of the pairs"),
  zooming: oneOf(switches, "zoom to the upper part of a third of the pairs"),
};

/** The recipe of that name (modern), but for the fields that the choice names itself. */
export function recipeOf({ recipe = "modern", ...chosen }: Choice<typeof recipeFields>): Recipe {
  const fields = table[recipe];
  return {
    recipe,
    rate: chosen.rate ?? fields.rate,
    schedule: chosen.schedule ?? fields.schedule,
    batches: chosen.batches ?? fields.batches,
    averaging: chosen.averaging ?? fields.averaging,
    l1: chosen.l1 ?? fields.l1,
    mirroring: chosen.mirroring ?? fields.mirroring,
    recolouring: chosen.recolouring ?? fields.recolouring,
    zooming: chosen.zooming ?? fields.zooming,
  };
}

/** The paper's; the only one that checkpoints of older versions know. */
export const paperRecipe = recipeOf({ recipe: "paper" });

/** The last part of a run, in which a falling rate falls. */
const FALLING = 1 / 3;

/** The learning rate of step `step` = 1, 2, ... of `steps`. */
export function learningRate(
  { rate, schedule }: RecipeFields,
  step: number,
  steps: number,
): number {
  if (schedule === "constant") return rate;
  const left = (steps - step + 1) / (FALLING * steps);
  return rate * Math.min(1, Math.max(0, left));
}

/**
 * The share of the new weights in the moving average after step `step` = 1, 2, ...: large at first, so
 * that the fresh weights are soon forgotten, then a thousandth.
 */
export function averagingRate(step: number): number {
  return 1 - Math.min(0.999, step / (step + 9));
}
