/** Tables, as HTML and as LaTeX. */
import { escapeHtml } from "./page.ts";

/** Stands where there is nothing. */
export const NONE = "\u2013";

/** What stands in a cell of a table. */
export interface Cell {
  readonly text: string;
  /** In small letters below it. */
  readonly small?: string;
  /** Set in bold. */
  readonly isBest?: boolean;
  /** Depends on how fast the machine was. */
  readonly isTime?: boolean;
}

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | Cell)[])[];
  /** Rows from this one on stand below a line. */
  readonly apart?: number;
}

export function tableHtml({ caption, head, rows, apart }: Table): string {
  const headCells = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const body = rows.map((cells, i) =>
    `<tr${i === apart ? ' class="apart"' : ""}>${cells.map(cellHtml).join("")}</tr>`
  );
  return `<figure><table><caption>${escapeHtml(caption)}</caption>
<thead><tr>${headCells}</tr></thead>
<tbody>
${body.join("\n")}
</tbody></table></figure>`;
}

function whole(cell: string | Cell): Cell {
  return typeof cell === "string" ? { text: cell } : cell;
}

function cellHtml(cell: string | Cell): string {
  const { text, small, isBest, isTime } = whole(cell);
  const shown = isBest ? `<b>${escapeHtml(text)}</b>` : escapeHtml(text);
  const below = small ? `<small>${escapeHtml(small)}</small>` : "";
  return `<td${isTime ? ' class="time"' : ""}>${shown}${below}</td>`;
}

/** A tabular for LaTeX with the package booktabs. */
export function tableLatex({ caption, head, rows, apart }: Table): string {
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  return [
    `% ${caption}`,
    `\\begin{tabular}{l${"r".repeat(head.length - 1)}}`,
    "\\toprule",
    line(head.map(escapeLatex)),
    "\\midrule",
    ...rows.flatMap((cells, i) => [
      ...(i === apart ? ["\\midrule"] : []),
      line(cells.map(cellLatex)),
    ]),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}

function cellLatex(cell: string | Cell): string {
  const { text, small, isBest } = whole(cell);
  const shown = isBest ? `\\textbf{${escapeLatex(text)}}` : escapeLatex(text);
  return small ? `${shown} {\\scriptsize ${escapeLatex(small)}}` : shown;
}

const latexNames: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "\u2191": "$\\uparrow$",
  "\u2193": "$\\downarrow$",
  "\u221e": "$\\infty$",
  "\u2013": "--",
};

function escapeLatex(text: string): string {
  return text.replaceAll(
    /[\\~^&%$#_{}\u2191\u2193\u221e\u2013]/g,
    (character) => latexNames[character] ?? `\\${character}`,
  );
}
