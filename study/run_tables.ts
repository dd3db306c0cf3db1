/** Tables of several runs: settings, cost, metrics. */
import type { Estimate } from "../evaluate/bootstrap.ts";
import type { Row } from "../evaluate/metrics.ts";
import type { MetricResult, Results } from "../evaluate/summary.ts";
import { duration } from "../train/progress.ts";
import { type Cell, table } from "./page.ts";
import type { StudiedRun } from "./run.ts";

const NONE = "\u2013";

/** The settings in which runs differ, a column a run. */
export function settingsTable(runs: readonly StudiedRun[]): string {
  const all = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  const rows = all
    .map((name) => [name, ...runs.map(({ settings }) => show(settings, name))])
    .filter(([, first, ...others]) => others.some((other) => other !== first));
  if (rows.length === 0) return `<p>All settings are alike.</p>`;
  return table("Settings that differ.", ["setting", ...runs.map(({ name }) => name)], rows);
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
  return table("Time that training took, pauses left out.", head, rows);
}

/** The columns of the paper's tables, in its order; others follow. */
const paperOrder = ["ssim", "is", "mask-ssim"];

/** Metrics that compare with the real picture: what they are for that picture itself. */
const perfect: Readonly<Record<string, string>> = {
  "ssim": "1",
  "ssim-255": "1",
  "ssim-51": "1",
  "mask-ssim": "1",
  "l1": "0",
  "vgg-l1": "0",
  "lpips": "0",
  "fid": "0",
  "psnr": "\u221e",
};

/** A line of the metrics' table. */
export interface Judged {
  readonly name: string;
  /** Null where there are none; `reason` says why. */
  readonly results: Results | null;
  readonly reason?: string;
}

/**
 * The metrics of what runs paint, the best in bold, with 95% intervals; below them those of the source pictures as they
 * are and of the real ones, where all runs were judged on the same pairs.
 */
export function metricsTable(judged: readonly Judged[]): string {
  const all = judged.map(({ results }) => results).filter((results) => results !== null);
  if (all.length === 0) return "<p>No run was judged yet.</p>";
  const metrics = columns(all);
  const alike = sameTest(all);
  const outputs = judged.map(({ name, results, reason }): (string | Cell)[] => [
    name,
    ...metrics.map((metric, i): Cell | string => {
      if (!results) return i === 0 && reason ? { text: NONE, small: reason } : NONE;
      const estimate = estimateOf(results, metric, "output");
      return { ...estimateCell(estimate), isBest: alike && isBest(estimate, metric, all) };
    }),
  ]);
  const references = !alike ? [] : ([["source", "Source as it is"], ["real", "Real data"]] as const)
    .map(([row, name]): (string | Cell)[] => [
      name,
      ...metrics.map((metric) => {
        const found = all.map((results) => estimateOf(results, metric, row)).find(Boolean);
        return found || row === "source" ? estimateCell(found) : perfect[metric.name] ?? NONE;
      }),
    ]);
  const pairs = [...new Set(all.map(({ pairs }) => pairs))].join(" or ");
  const arrow = ({ better }: MetricResult) => better === "higher" ? "\u2191" : "\u2193";
  return table(
    `${pairs} test pairs; below each number its 95% interval by bootstrap over the pairs.` +
      (alike ? "" : " The runs were judged on different pairs and do not compare."),
    [
      "",
      ...metrics.map((metric) =>
        `${metric.name}${metric.unit && `, ${metric.unit}`} ${arrow(metric)}`
      ),
    ],
    [...outputs, ...references],
    outputs.length,
  );
}

/** What each metric is. */
export function protocols(judged: readonly Judged[]): string[] {
  const all = judged.map(({ results }) => results).filter((results) => results !== null);
  return columns(all).map(({ name, protocol }) => `${name}: ${protocol}`);
}

function columns(all: readonly Results[]): MetricResult[] {
  const byName = new Map(
    all.flatMap(({ results }) => results.map((metric) => [metric.name, metric])),
  );
  const place = ({ name }: MetricResult) => (paperOrder.indexOf(name) + 1) || Infinity;
  return [...byName.values()].sort((a, b) => place(a) === place(b) ? 0 : place(a) - place(b));
}

function sameTest([first, ...others]: readonly Results[]): boolean {
  return others.every(({ data, pairs }) => data === first.data && pairs === first.pairs);
}

function estimateOf(
  { results }: Results,
  { name }: MetricResult,
  row: Row,
): Estimate | undefined {
  return results.find((metric) => metric.name === name)?.rows[row];
}

function isBest(
  estimate: Estimate | undefined,
  metric: MetricResult,
  all: readonly Results[],
): boolean {
  if (all.length < 2) return false;
  const values = all.map((results) => estimateOf(results, metric, "output")?.value)
    .filter((value) => typeof value === "number");
  const best = metric.better === "higher" ? Math.max(...values) : Math.min(...values);
  return estimate?.value === best;
}

function estimateCell(estimate: Estimate | undefined): Cell {
  if (!estimate || estimate.value === null) return { text: NONE };
  const { value, low, high } = estimate;
  const text = digits(value);
  return low === null || high === null
    ? { text }
    : { text, small: `${digits(low)} to ${digits(high)}` };
}

function digits(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(3) : value.toFixed(2);
}
