import type { Figure } from "./loss_figure.ts";
import { lossFigure } from "./loss_figure.ts";
import { figure, heading, page, remarks } from "./page.ts";
import { readRun, runNames, type StudiedRun } from "./run.ts";
import { costTable, metricsTable, protocols, settingsTable } from "./run_tables.ts";

/** A page, and the figures in it by name. */
export interface Report {
  readonly html: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** Compares the runs in some folders. Throws an Error of one line where one holds no run or is named twice. */
export async function compareRuns(folders: readonly string[]): Promise<Report> {
  const names = runNames(folders);
  const runs: StudiedRun[] = [];
  for (const [i, folder] of folders.entries()) runs.push(await readRun(folder, names[i]));
  const losses = await lossFigure(runs);
  const html = page(`Comparison of ${runs.length} training runs`, [
    heading("Metrics"),
    metricsTable(runs),
    remarks(protocols(runs)),
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

/** What is to be known of runs, each with the run's name. */
export function runNotes(runs: readonly StudiedRun[]): string[] {
  return runs.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
}
