import { join } from "node:path";
import { makeFolderFor, writeFile, writeText } from "../data/files/write.ts";
import type { Report } from "./comparison.ts";
import { svgToPng } from "./png.ts";

/** Pixels of a PNG for each of an SVG's. */
const ZOOM = 2;

/** Writes a report's page and, where a folder is given for them, its figures as NAME.svg and NAME.png. */
export async function writeReport(
  path: string,
  { html, figures }: Report,
  folder?: string,
): Promise<void> {
  await makeFolderFor(path);
  await writeText(path, html);
  if (folder === undefined) return;
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, { svg }] of Object.entries(figures)) {
    await writeText(join(folder, `${name}.svg`), svg);
    await writeFile(join(folder, `${name}.png`), await svgToPng(svg, ZOOM));
  }
}
