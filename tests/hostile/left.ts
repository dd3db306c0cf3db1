/** What a command has left in a folder, and whether it is whole. */
import { join, relative } from "node:path";
import { decodePng } from "../../data/pictures/png.ts";
import { parseSafetensors } from "../../engine/safetensors.ts";

/** Files by their paths within the folder. */
export type Left = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** All files in a folder and the folders in it. */
export async function leftIn(folder: string): Promise<Left> {
  const left = new Map<string, Uint8Array<ArrayBuffer>>();
  async function look(place: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(place)) {
      const path = join(place, name);
      if (isDirectory) await look(path);
      else left.set(relative(folder, path), await Deno.readFile(path));
    }
  }
  await look(folder);
  return left;
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const endsWith = (end: string) => (bytes: Uint8Array) => textOf(bytes).trimEnd().endsWith(end);
const parses = (read: (text: string) => unknown) => (bytes: Uint8Array) => {
  read(textOf(bytes));
  return true;
};

/** Whether a file of a name is whole; may throw where it is not. */
const checks: readonly [RegExp, (bytes: Uint8Array<ArrayBuffer>) => unknown][] = [
  // These grow line by line: only the last may be cut.
  [/\.jsonl$/, parses((text) => text.split("\n").slice(0, -1).map((line) => JSON.parse(line)))],
  [/\.part\.csv$/, () => true],
  [/\.safetensors$/, (bytes) => parseSafetensors(bytes)],
  [/\.png$/, async (bytes) => await decodePng(bytes)],
  [/\.json$/, parses(JSON.parse)],
  [/\.csv$/, (bytes) => bytes.at(-1) === 0x0a],
  [/\.gif$/, (bytes) => bytes.at(-1) === 0x3b],
  [/\.svg$/, endsWith("</svg>")],
  [/\.html$/, endsWith("</html>")],
  [/(^|\/)\.lock$/, () => true],
];

const isTemporary = (path: string) => path.endsWith(".tmp");

/** The files that stand under their names but are not whole. */
export async function tornFiles(left: Left): Promise<string[]> {
  const torn: string[] = [];
  for (const [path, bytes] of left) {
    if (isTemporary(path)) continue;
    const check = checks.find(([name]) => name.test(path))?.[1] ?? (() => false);
    const isWhole = await Promise.resolve(bytes).then(check).catch(() => false);
    if (!isWhole) torn.push(path);
  }
  return torn;
}

/** Without what tells the time: seconds of logs, and cells of tables that show them. */
function timeless(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes)
    .replaceAll(/,"seconds":[\d.]+|<td class="time">[^<]*/g, "");
}

/** The files of both that differ, but for the time that they tell. */
export function differing(left: Left, straight: Left): string[] {
  return [...left].filter(([path, bytes]) => {
    const other = straight.get(path);
    return other && timeless(bytes) !== timeless(other);
  }).map(([path]) => path);
}

/** The files that only one of them has. */
export function additional(left: Left, straight: Left): string[] {
  return [...new Set(left.keys()).symmetricDifference(new Set(straight.keys()))];
}
