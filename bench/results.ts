/** Files in results/. */
import { cpus } from "node:os";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** Processors and Deno, in words. */
export function machine(): string {
  return `${cpus().length} x ${cpus()[0].model}, Deno ${Deno.version.deno}`;
}

/** Writes what was measured to DATE-TITLE.json, with the date, the command and the machine. */
export async function writeResults(title: string, content: object): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const slug = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  const header = {
    date,
    command: [`deno run -A bench/${basename(Deno.mainModule)}`, ...Deno.args].join(" "),
    machine: machine(),
  };
  const folder = fileURLToPath(import.meta.resolve("./results"));
  await Deno.mkdir(folder, { recursive: true });
  const path = `${folder}/${date}-${slug}.json`;
  await Deno.writeTextFile(path, `${JSON.stringify({ ...header, ...content }, null, 2)}\n`);
  console.log(`written to ${path}`);
}

/** A table in Markdown; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  const [head, ...body] = rows.map(line);
  return [head, rule, ...body].join("\n");
}

/** A table of records that have the same fields. */
export function recordTable(rows: readonly object[]): string {
  return markdownTable([
    Object.keys(rows[0]),
    ...rows.map((row) => Object.values(row).map(String)),
  ]);
}
