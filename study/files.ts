import { dirname, join } from "node:path";
import { writeFileAtomic, writeTextAtomic } from "../data/files/atomic.ts";
import type { Report } from "./comparison.ts";
import { svgToPng } from "./png.ts";
import { tableLatex } from "./table.ts";

/** Pixels of a PNG for each of an SVG's. */
const ZOOM = 2;

/** Writes a text, and makes the folder it lies in. Throws an Error that names the path where that fails. */
export async function writeText(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true }).catch((error: Error) => {
    throw new Error(`cannot write ${path}: ${error.message}`);
  });
  await writeTextAtomic(path, text);
}

/** Writes each figure of a report as NAME.svg and NAME.png, and its metrics as a table for LaTeX. */
export async function writeFigures(folder: string, { figures, metrics }: Report): Promise<void> {
  if (metrics) await writeText(join(folder, "metrics.tex"), tableLatex(metrics));
  for (const [name, { svg }] of Object.entries(figures)) {
    await writeText(join(folder, `${name}.svg`), svg);
    await writeFileAtomic(join(folder, `${name}.png`), await svgToPng(svg, ZOOM));
  }
}
