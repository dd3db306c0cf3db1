/** Line plots by Vega-Lite, as SVG that takes the page's text colour. */
import type { TopLevelSpec } from "vega-lite";
import type { CurvePoint } from "./curve.ts";

/** One plot, with a line for each of some series. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly { readonly series: string; readonly points: readonly CurvePoint[] }[];
}

/** Okabe and Ito's colours ("Color Universal Design", 2008) that show on white and on black. */
const palette = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#999999"];
/** Series beyond the colours take them again with another dash. */
const dashes = [[1, 0], [6, 3], [2, 2]];
const PANEL = { width: 400, height: 210 };
/** Pixels that a legend's entry takes: for each character, and for the rest. */
const CHARACTER = 8;
const SYMBOL = 30;

/** SVG with the panels in two columns and one legend of the series, which keep their colours in all panels. */
export async function linePlots(
  panels: readonly Panel[],
  series: readonly string[],
  xTitle: string,
): Promise<string> {
  // Loaded here, as most commands plot nothing.
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { spec } = compile(description(panels, series, xTitle), { logger: vega.logger(vega.None) });
  return await new vega.View(vega.parse(spec), { renderer: "none", logLevel: vega.None }).toSVG();
}

function description(
  panels: readonly Panel[],
  series: readonly string[],
  xTitle: string,
): TopLevelSpec {
  const longest = Math.max(...series.map((name) => name.length));
  const columns = Math.max(1, Math.floor(2 * PANEL.width / (CHARACTER * longest + SYMBOL)));
  const legend = { orient: "top", title: null, symbolStrokeWidth: 3, columns } as const;
  const colours = series.map((_, i) => palette[i % palette.length]);
  const strokes = series.map((_, i) => dashes[Math.floor(i / palette.length) % dashes.length]);
  const domain = [...series];
  return {
    concat: panels.map(({ title, lines }) => ({
      ...PANEL,
      title,
      data: {
        values: lines.flatMap(({ series, points }) =>
          points.map((point) => ({ ...point, series }))
        ),
      },
      mark: {
        type: "line",
        strokeWidth: 1.5,
        interpolate: "linear",
        invalid: "break-paths-show-domains",
      },
      encoding: {
        x: {
          field: "step",
          type: "quantitative",
          title: xTitle,
          axis: { grid: false, tickCount: 6 },
        },
        y: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
        color: { field: "series", type: "nominal", scale: { domain, range: colours }, legend },
        strokeDash: { field: "series", type: "nominal", scale: { domain, range: strokes }, legend },
      },
    })),
    columns: 2,
    // Axes and titles lie in the space between, so that plots stand in line whatever their labels.
    bounds: "flush",
    spacing: { row: 80, column: 60 },
    config: {
      background: "transparent",
      font: "DejaVu Sans, Verdana, sans-serif",
      view: { stroke: null },
      axis: {
        ...currentColour("label", "title", "domain", "tick", "grid"),
        titleFontWeight: "normal",
        gridOpacity: 0.15,
      },
      title: {
        ...currentColour(""),
        fontSize: 12,
        fontWeight: "normal",
        anchor: "start",
        frame: "group",
      },
      legend: { ...currentColour("label"), labelFontSize: 12, labelLimit: 300 },
    },
  };
}

function currentColour(...parts: readonly string[]): Record<string, string> {
  return Object.fromEntries(parts.map((part) => [part ? `${part}Color` : "color", "currentColor"]));
}
