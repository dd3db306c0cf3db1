/** The table of metrics, laid out as the paper's. */
import type { Estimate } from "../evaluate/bootstrap.ts";
import type { Row } from "../evaluate/score.ts";
import type { MetricResult, Results } from "../evaluate/summary.ts";
import { type Cell, NONE, type Table } from "./table.ts";

/** The columns of the paper's tables, in its order; others follow. */
const paperOrder = ["ssim", "is", "mask-ssim", "ds-centernet"];

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
 * are and of the real ones, where all runs were judged on the same pairs. Null where no run was judged.
 */
export function metricsTable(judged: readonly Judged[]): Table | null {
  const all = judged.map(({ results }) => results).filter((results) => results !== null);
  if (all.length === 0) return null;
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
  return {
    caption:
      `${pairs} test pairs; below each number its 95% interval by bootstrap over the pairs.` +
      (alike ? "" : " The runs were judged on different pairs and do not compare."),
    head: ["", ...metrics.map((metric) => `${displayName(metric)} ${arrow(metric)}`)],
    rows: [...outputs, ...references],
    apart: outputs.length,
  };
}

/** As papers write it: mask-SSIM. */
function displayName({ name, unit }: Pick<MetricResult, "name" | "unit">): string {
  const spelt = name.replaceAll(
    /\b(ssim|is|fid|lpips|l1|psnr|vgg|ds)\b/g,
    (word) => word.toUpperCase(),
  )
    .replace("pckh", "PCKh").replace("centernet", "CenterNet");
  return unit ? `${spelt}, ${unit}` : spelt;
}

/** What each metric is. */
export function protocols(judged: readonly Judged[]): string[] {
  const all = judged.map(({ results }) => results).filter((results) => results !== null);
  return columns(all).map((metric) =>
    `${displayName({ ...metric, unit: "" })}: ${metric.protocol}`
  );
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
  return value.toFixed(Math.abs(value) < 5 ? 3 : 2);
}
