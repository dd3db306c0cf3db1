/** Tables of several runs: settings and cost. */
import { duration } from "../data/files/progress.ts";
import { paragraph } from "./page.ts";
import { type Cell, NONE, tableHtml } from "./table.ts";
import type { StudiedRun } from "./run.ts";

/** The settings in which runs differ, a column a run. */
export function settingsTable(runs: readonly StudiedRun[]): string {
  const all = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  const rows = all
    .map((name) => [name, ...runs.map(({ settings }) => show(settings, name))])
    .filter(([, first, ...others]) => others.some((other) => other !== first));
  if (rows.length === 0) return paragraph("All settings are alike.");
  return tableHtml({
    caption: "Settings that differ.",
    head: ["setting", ...runs.map(({ name }) => name)],
    rows,
  });
}

function show(settings: StudiedRun["settings"], name: string): string {
  return String((settings as Record<string, unknown>)[name] ?? NONE);
}

/** What training took; `more` are further columns, of text for each run. */
export function costTable(
  runs: readonly StudiedRun[],
  more: Readonly<Record<string, readonly string[]>> = {},
): string {
  const rows = runs.map(({ name, settings, rows }, i): (string | Cell)[] => {
    const { step, seconds } = rows.at(-1) ?? { step: 0, seconds: 0 };
    const rate = seconds > 0 && settings.batch ? step * settings.batch / seconds : null;
    return [
      name,
      settings.steps ? `${step} of ${settings.steps}` : String(step),
      { text: duration(seconds), isTime: true },
      { text: step > 0 ? (seconds / step).toPrecision(3) : NONE, isTime: true },
      { text: rate ? rate.toPrecision(3) : NONE, isTime: true },
      ...Object.values(more).map((column) => column[i]),
    ];
  });
  const head = ["run", "steps", "time", "s/step", "pictures/s", ...Object.keys(more)];
  return tableHtml({ caption: "Time that training took, pauses left out.", head, rows });
}
