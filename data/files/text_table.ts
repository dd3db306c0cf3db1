/**
 * A table in columns, two blanks apart.
 *
 * @param left columns from the left that are aligned left, the others right
 */
export function textTable(rows: readonly (readonly string[])[], left = Infinity): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text: string, column: number) =>
    column < left ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return rows.map((row) => row.map(cell).join("  ").trimEnd());
}
