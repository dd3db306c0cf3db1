/** Tables as HTML. */
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

function cellHtml(cell: string | Cell): string {
  const { text, small, isBest, isTime }: Cell = typeof cell === "string" ? { text: cell } : cell;
  const shown = isBest ? `<b>${escapeHtml(text)}</b>` : escapeHtml(text);
  const below = small ? `<small>${escapeHtml(small)}</small>` : "";
  return `<td${isTime ? ' class="time"' : ""}>${shown}${below}</td>`;
}
