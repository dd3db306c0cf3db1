import { join } from "node:path";
import { writeFile, writeText } from "../data/files/write.ts";
import type { Report } from "./comparison.ts";
import { svgToPng } from "./png.ts";
import { tableLatex } from "./table.ts";

/** Pixels of a PNG for each of an SVG's. */
const ZOOM = 2;

/** Writes each figure of a report as NAME.svg and NAME.png, and its metrics as a table for LaTeX. */
export async function writeFigures(folder: string, { figures, metrics }: Report): Promise<void> {
  if (metrics) await writeText(join(folder, "metrics.tex"), tableLatex(metrics));
  for (const [name, { svg }] of Object.entries(figures)) {
    await writeText(join(folder, `${name}.svg`), svg);
    await writeFile(join(folder, `${name}.png`), await svgToPng(svg, ZOOM));
  }
}
