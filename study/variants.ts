import { modelConfiguration } from "../model/configuration.ts";
import type { TrainingSettings } from "../train/options.ts";

/** A row of the ablation. */
export interface AblationVariant {
  /** Of its run's folder. */
  readonly name: string;
  readonly label: string;
  /** In a sentence for readers. */
  readonly what: string;
  /** What it changes of the settings that all share. */
  readonly choice: Pick<TrainingSettings, "configuration" | "fusion" | "dropout">;
}

/** The ablation of the paper (section 5.2), in its order, then two more. */
export const variants: readonly AblationVariant[] = [
  {
    name: "baseline",
    label: "Baseline",
    what: "one encoder of everything, plain skips, L1",
    choice: { configuration: "baseline" },
  },
  {
    name: "dsc",
    label: "DSC",
    what: "two encoders with deformable skips, L1",
    choice: { configuration: "dsc" },
  },
  {
    name: "percloss",
    label: "PercLoss",
    what: "deformable skips, L1 of VGG-19 features",
    choice: { configuration: "percloss" },
  },
  {
    name: "full",
    label: "Full",
    what: "deformable skips, nearest-neighbour loss",
    choice: { configuration: "full" },
  },
  {
    name: "average",
    label: "Average fusion",
    what: "Full, with the mean over the parts of a deformed skip instead of the maximum",
    choice: { configuration: "full", fusion: "average" },
  },
  {
    name: "dropout",
    label: "Dropout in both",
    what: "Full, with dropout in the discriminator too",
    choice: { configuration: "full", dropout: "both" },
  },
];

/** Whether a variant cannot be trained as there are no VGG-19 weights. */
export function lacksVgg({ choice }: AblationVariant, { preset, vgg }: TrainingSettings): boolean {
  const { reconstruction } = modelConfiguration({ preset: preset ?? "demo", ...choice });
  return vgg === "none" && reconstruction.kind === "perceptual";
}
