import { describeModel } from "../model/describe.ts";
import { trainingMemory } from "../train/memory.ts";
import { recipeOf } from "../train/recipe.ts";
import type { AblatedVariant, Ablation } from "./ablation.ts";
import { metricsSection, type Report, runNotes } from "./comparison.ts";
import { lossFigure } from "./loss_figure.ts";
import { type Judged, metricsTable } from "./metrics_table.ts";
import { figure, heading, page, paragraph, remarks } from "./page.ts";
import { qualitativeFigure } from "./qualitative.ts";
import { costTable } from "./run_tables.ts";
import { tableHtml } from "./table.ts";
import { variants } from "./variants.ts";

/** The report of an ablation: the paper's table, samples, losses and costs. */
export async function ablationReport({ settings, samples, rows }: Ablation): Promise<Report> {
  const done = rows.map(({ outcome }) => outcome).filter((outcome) => typeof outcome !== "string");
  if (done.length === 0) throw new Error("no variant could be trained: there is nothing to report");
  const runs = done.map(({ run }) => run);
  const judged = rows.map(({ variant, outcome }): Judged =>
    typeof outcome === "string"
      ? { name: variant.label, results: null, reason: outcome }
      : { name: variant.label, results: outcome.run.results }
  );
  const qualitative = qualitativeFigure(
    samples,
    done[0].judgement.configuration.skeleton,
    done.map(({ run, judgement }) => ({ label: run.name, pictures: judgement.outputs })),
  );
  const losses = await lossFigure(runs);
  const metrics = metricsTable(judged);
  const { preset, width, steps } = settings;
  const html = page(`Ablation: preset ${preset}, width ${width}, ${steps} steps`, [
    paragraph("All variants start from one seed, train on the same batches and are judged alike."),
    remarks(variants.map(({ label, what }) => `${label}: ${what}`)),
    ...metricsSection(metrics, judged),
    heading("Samples"),
    figure(qualitative.svg, qualitative.caption),
    heading("Losses"),
    figure(losses.svg, losses.caption),
    remarks(runNotes(runs)),
    heading("Cost"),
    costTable(runs, costs(done)),
    heading("Settings"),
    tableHtml({
      caption: "Shared by all variants.",
      head: ["setting", "value"],
      rows: Object.entries(settings).map(([name, value]) => [name, String(value)]),
    }),
  ]);
  return { html, figures: { qualitative, losses } };
}

type Outcome = Exclude<AblatedVariant["outcome"], string>;

/** Columns of the cost table beside the time. */
function costs(done: readonly Outcome[]): Record<string, string[]> {
  const models = done.map(({ run: { settings }, judgement: { configuration, deviceKind } }) => {
    const { generatorParameters, discriminatorParameters } = describeModel(configuration);
    const hasVgg = settings.vgg !== "none";
    const recipe = recipeOf(settings);
    const bytes = trainingMemory(configuration, settings.batch!, recipe, deviceKind, hasVgg);
    return { generatorParameters, discriminatorParameters, bytes };
  });
  const millions = (count: number) => `${(count / 1e6).toFixed(2)} M`;
  return {
    "generator parameters": models.map(({ generatorParameters }) => millions(generatorParameters)),
    "discriminator parameters": models.map(({ discriminatorParameters }) =>
      millions(discriminatorParameters)
    ),
    "GPU memory": models.map(({ bytes }) => `${Math.ceil(bytes / 2 ** 20)} MiB`),
  };
}
