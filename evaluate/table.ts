/** Results as people read them. */
import { textTable } from "../data/files/text_table.ts";
import type { Estimate } from "./bootstrap.ts";
import type { Row } from "./score.ts";
import type { MetricResult, Results } from "./summary.ts";

const rows: readonly Row[] = ["output", "source", "real"];

/** A line for each metric with its value in each row and the 95% interval, then what each metric is. */
export function resultsTable({ pairs, finished, results }: Results): string {
  const head = ["metric", "better", ...rows];
  const body = results.map((result) => [
    result.unit ? `${result.name}, ${result.unit}` : result.name,
    result.better,
    ...rows.map((row) => text(result.rows[row])),
  ]);
  return [
    ...textTable([head, ...body]),
    "",
    `pairs: ${pairs}; in brackets, 95% intervals by bootstrap over them`,
    `output: what the model paints${finished ? ", with the photo's background and face" : ""}; ` +
    "source: the source picture as it is; real: the target itself",
    ...results.map(({ name, protocol }: MetricResult) => `${name}: ${protocol}`),
  ].join("\n");
}

function text(estimate: Estimate | undefined): string {
  if (!estimate) return "-";
  const { value, low, high } = estimate;
  if (value === null) return "none";
  return low === null || high === null
    ? show(value)
    : `${show(value)} [${show(low)}, ${show(high)}]`;
}

function show(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(4) : value.toFixed(2);
}
