import type { Pair, Picture } from "../data/types.ts";
import { encodePng } from "../data/pictures/png.ts";
import { contactSheet } from "../data/pictures/sheet.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import { drawPose } from "../train/samples.ts";
import type { Figure } from "./loss_figure.ts";
import { escapeHtml } from "./page.ts";

/** Pixels that a column is wide, about. */
const COLUMN_WIDTH = 112;
const HEADER = 20;

/** A column of painted pictures. */
export interface Column {
  readonly label: string;
  readonly pictures: readonly Picture[];
}

/** A figure with a row for each pair: source, target pose, target, and what each column's run paints. */
export function qualitativeFigure(
  pairs: readonly Pair[],
  skeleton: Skeleton,
  painted: readonly Column[],
): Figure {
  const columns: Column[] = [
    { label: "Source", pictures: pairs.map(({ source }) => source.picture) },
    { label: "Target pose", pictures: pairs.map(({ target }) => drawPose(skeleton, target)) },
    { label: "Target", pictures: pairs.map(({ target }) => target.picture) },
    ...painted,
  ];
  const upscale = Math.max(1, Math.round(COLUMN_WIDTH / pairs[0].source.picture.width));
  const sheet = contactSheet(
    pairs.map((_, row) => columns.map(({ pictures }) => pictures[row])),
    upscale,
  );
  const caption =
    "Test pairs that no run has trained on: the source, the target pose, the target, " +
    "and what each variant paints from the first two.";
  return { svg: labelled(sheet, columns.map(({ label }) => label)), caption };
}

function labelled(sheet: Picture, labels: readonly string[]): string {
  const scale = Math.min(1, labels.length * COLUMN_WIDTH / sheet.width);
  const [width, height] = [sheet.width * scale, sheet.height * scale];
  const column = width / labels.length;
  const texts = labels.map((label, i) =>
    `<text x="${(i + 0.5) * column}" y="${HEADER - 7}">${escapeHtml(label)}</text>`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + HEADER}" ` +
    `viewBox="0 0 ${width} ${height + HEADER}" font-family="DejaVu Sans, Verdana, sans-serif" ` +
    `font-size="11.5" text-anchor="middle" fill="currentColor">${texts.join("")}` +
    `<image y="${HEADER}" width="${width}" height="${height}" ` +
    `href="data:image/png;base64,${encodePng(sheet).toBase64()}"/></svg>`;
}
