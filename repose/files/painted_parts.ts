/** Pictures that several processes paint: beside them lies a note of each part that is done. */
import { basename, dirname, join } from "node:path";
import { isThere } from "../../data/files/look.ts";
import { readText } from "../../data/files/read.ts";
import { writeJson } from "../../data/files/write.ts";
import { digestText } from "../../data/sets/digest.ts";
import { requireAllParts, type Shard } from "../../data/shard.ts";
import { parseJson } from "../../pose/formats/pose_json.ts";

/** What a note says. */
interface Note {
  /** SHA-256 of all that the pictures depend on. */
  readonly order: string;
  /** Their names, in the note's folder. */
  readonly pictures: readonly string[];
}

/** A part of the pictures that were ordered. */
export class PaintedPart {
  readonly #note: string;
  readonly #order: string;

  /**
   * @param out the path that the pictures' names come from, `FILE.png`
   * @param order all that they depend on, as JSON has it
   */
  constructor(out: string, readonly shard: Shard, order: unknown) {
    this.#note = join(dirname(out), `${stemOf(out)}.part-${shard.number}-of-${shard.count}.json`);
    this.#order = digestText(JSON.stringify(order));
  }

  /** Whether this part was painted by the same order, and its pictures are still there. */
  async isDone(): Promise<boolean> {
    if (!await isThere(this.#note)) return false;
    const { order, pictures } = await readNote(this.#note);
    return order === this.#order && await firstMissing(dirname(this.#note), pictures) === null;
  }

  /** Once all its pictures are painted. */
  async finish(pictures: readonly string[]): Promise<void> {
    const note: Note = { order: this.#order, pictures: pictures.map((path) => basename(path)) };
    await writeJson(this.#note, note);
  }
}

/**
 * Puts parts together: sees that all of one order are done and all their pictures there, and removes the notes.
 *
 * @param out as `PaintedPart` takes it
 * @returns the names of the pictures, in their order
 * @throws Error of one line that names what is missing
 */
export async function mergePainted(out: string): Promise<string[]> {
  const folder = dirname(out);
  const parts = partsIn(folder, stemOf(out));
  requireAllParts(parts.map(({ shard }) => shard), out);
  const notes = await Promise.all(parts.map(({ path }) => readNote(path)));
  for (const [i, { order }] of notes.entries()) {
    if (order !== notes[0].order) {
      throw new Error(
        `${parts[i].path} is of another order than ${parts[0].path}: paint one again`,
      );
    }
  }
  const pictures = notes.flatMap(({ pictures }) => pictures);
  const missing = await firstMissing(folder, pictures);
  if (missing !== null) throw new Error(`${missing} was painted but is gone: paint its part again`);
  for (const { path } of parts) await Deno.remove(path);
  return pictures;
}

/** `FILE` of FILE.png. */
function stemOf(out: string): string {
  return basename(out).replace(/\.png$/i, "");
}

/** The notes of a folder, in the order of their parts. */
function partsIn(folder: string, stem: string): { path: string; shard: Shard }[] {
  const parts = Array.from(Deno.readDirSync(folder), ({ name }) => {
    const [, number, count] = name.startsWith(stem)
      ? /^\.part-(\d+)-of-(\d+)\.json$/.exec(name.slice(stem.length)) ?? []
      : [];
    return { path: join(folder, name), shard: { number: Number(number), count: Number(count) } };
  });
  return parts.filter(({ shard }) => shard.count > 0)
    .sort((a, b) => a.shard.number - b.shard.number);
}

async function readNote(path: string): Promise<Note> {
  const note = parseJson(await readText(path, "a part's note"), path) as Partial<Note> | null;
  const isNames = Array.isArray(note?.pictures) &&
    note.pictures.every((name) => typeof name === "string" && name === basename(name));
  if (typeof note?.order === "string" && isNames) return note as Note;
  throw new Error(`${path} does not say what was painted: remove it and paint its part again`);
}

async function firstMissing(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    if (!await isThere(join(folder, name))) return join(folder, name);
  }
  return null;
}
