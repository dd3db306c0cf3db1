import { modelConfiguration } from "../model/configuration.ts";
import type { TrainingSettings } from "../train/options.ts";
import { lossCurve, smoothingWindow } from "./curve.ts";
import { linePlots, type Panel } from "./line_plots.ts";
import type { StudiedRun } from "./run.ts";
import type { Loss } from "../train/log.ts";

/** A figure and what stands below it. */
export interface Figure {
  readonly svg: string;
  readonly caption: string;
}

/** The losses of runs, a plot for each; reconstruction losses that are defined differently have plots of their own. */
export async function lossFigure(runs: readonly StudiedRun[]): Promise<Figure> {
  const window = smoothingWindow(runs.map(({ rows }) => rows));
  const panel = (title: string, loss: Loss, of: readonly StudiedRun[]): Panel => ({
    title,
    lines: of.map(({ name, rows }) => ({ series: name, points: lossCurve(rows, loss, window) })),
  });
  const kinds = Map.groupBy(runs, ({ settings }) => reconstructionName(settings));
  const panels = [
    panel("discriminator: -log D(real) - log(1 - D(fake))", "discriminator", runs),
    panel("adversarial: -log D(fake)", "adversarial", runs),
    ...[...kinds].map(([kind, of]) => panel(`reconstruction: ${kind}`, "reconstruction", of)),
  ];
  const smoothing = window === 1
    ? "Each point is a step"
    : `Each point is the mean of ${window} steps after one another`;
  const caption =
    `Losses in training. ${smoothing}; where a loss is no finite number, the line has ` +
    "a gap. Reconstruction losses are shown times their factor, and different ones do not compare.";
  return { svg: await linePlots(panels, runs.map(({ name }) => name), "training step"), caption };
}

function reconstructionName({ skeleton: _, ...settings }: TrainingSettings): string {
  const { kind, factor } = modelConfiguration({ ...settings, preset: settings.preset ?? "demo" })
    .reconstruction;
  const names = {
    l1: "L1",
    perceptual: "L1 of VGG-19 conv2_1",
    "nearest-patch": settings.vgg === "none"
      ? "nearest 3x3 colour patch"
      : "nearest neighbour, VGG-19 conv1_2",
  };
  return `${names[kind]} x ${factor}`;
}
