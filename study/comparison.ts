import { type Figure, lossFigure } from "./loss_figure.ts";
import { type Judged, metricsTable, protocols } from "./metrics_table.ts";
import { figure, heading, page, paragraph, remarks } from "./page.ts";
import { readRun, runNames, type StudiedRun } from "./run.ts";
import { costTable, settingsTable } from "./run_tables.ts";
import { type Table, tableHtml } from "./table.ts";

/** A page, and the figures in it by name. */
export interface Report {
  readonly html: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

const howToJudge = "A run is judged by: ./run evaluate --checkpoint RUN/checkpoint.safetensors " +
  "--data DIR --out RUN/evaluation";

/** Compares the runs in some folders. @throws Error of one line where one holds no run or is named twice. */
export async function compareRuns(folders: readonly string[]): Promise<Report> {
  const names = runNames(folders);
  const runs: StudiedRun[] = [];
  for (const [i, folder] of folders.entries()) runs.push(await readRun(folder, names[i]));
  const losses = await lossFigure(runs);
  const judged = runs.map((run) => ({ ...run, reason: "not judged yet" }));
  const metrics = metricsTable(judged);
  const html = page(`Comparison of ${runs.length} training runs`, [
    ...metricsSection(metrics, judged),
    remarks(runs.every(({ results }) => results) ? [] : [howToJudge]),
    heading("Losses"),
    figure(losses.svg, losses.caption),
    remarks(runNotes(runs)),
    heading("Settings"),
    settingsTable(runs),
    heading("Cost"),
    costTable(runs),
  ]);
  return { html, figures: { losses } };
}

/** The metrics of runs, and what each metric is. */
export function metricsSection(metrics: Table | null, judged: readonly Judged[]): string[] {
  return [
    heading("Metrics"),
    metrics ? tableHtml(metrics) : paragraph("No run was judged yet."),
    remarks(protocols(judged)),
  ];
}

/** What is to be known of runs, each with the run's name. */
export function runNotes(runs: readonly StudiedRun[]): string[] {
  return runs.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
}
