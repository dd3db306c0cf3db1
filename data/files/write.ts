import { dirname, join } from "node:path";
import { isThere } from "./look.ts";

/**
 * Writes a file so that a crash leaves either the old file or the whole new one: into a temporary
 * file beside it, fsync, rename.
 * @throws Error that names the path where that fails
 */
export async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  await writeAtomic(path, ({ file }) => writeAll(file, bytes));
}

/** Makes the folder that a file is to lie in. @throws Error that names the file where that fails. */
export async function makeFolderFor(path: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true }).catch((error: Error) => {
    throw new Error(`cannot write ${path}: ${error.message}`, { cause: error });
  });
}

/** As `writeFile`, a text. */
export async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, new TextEncoder().encode(text));
}

/** As `writeFile`, a value as JSON for people. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeText(path, JSON.stringify(value, null, 2) + "\n");
}

const CHUNK_CHARACTERS = 2 ** 18;

/** As `writeFile`, a text of lines that need not be in memory together. */
export async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const encoder = new TextEncoder();
  await writeAtomic(path, async ({ file }) => {
    let chunk = "";
    for (const line of lines) {
      chunk += line + "\n";
      if (chunk.length < CHUNK_CHARACTERS) continue;
      await writeAll(file, encoder.encode(chunk));
      chunk = "";
    }
    await writeAll(file, encoder.encode(chunk));
  });
}

/** A file that has not got its name yet. It is locked for as long as it is open, which tells it from a leftover. */
export interface Temporary {
  readonly path: string;
  readonly file: Deno.FsFile;
}

/** As `writeFile`, what is written in pieces or by another program. @param write fills the file */
export async function writeAtomic(
  path: string,
  write: (temporary: Temporary) => Promise<void>,
): Promise<void> {
  try {
    const temporary = await openTemporary(dirname(path));
    using file = temporary.file;
    try {
      await write(temporary);
      await file.sync();
      await Deno.rename(temporary.path, path);
    } catch (error) {
      await Deno.remove(temporary.path).catch(() => {});
      throw error;
    }
  } catch (error) {
    throw new Error(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Makes a file in a folder, and removes it. @throws Error where that fails */
export async function tryToWrite(folder: string): Promise<void> {
  const { path, file } = await openTemporary(folder);
  using _open = file;
  await Deno.remove(path);
}

/** Removes from a folder what writers left that were killed. What others are writing there stays. */
export async function removeUnfinished(folder: string): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && unfinished.test(name)) await removeUnlocked(join(folder, name));
  }
}

const unfinished = /^\.repose-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

async function openTemporary(folder: string): Promise<Temporary> {
  while (true) {
    const path = join(folder, `.repose-${crypto.randomUUID()}.tmp`);
    const file = await Deno.open(path, { write: true, createNew: true });
    await file.lock(true).catch(() => {}); // where there are no locks, nothing is taken for a leftover
    if (await isThere(path)) return { path, file };
    file.close(); // somebody removed leftovers before it was locked
  }
}

async function removeUnlocked(path: string): Promise<void> {
  try {
    using file = await Deno.open(path, { write: true });
    if (await file.tryLock(true)) await Deno.remove(path);
  } catch {
    // It has got its name meanwhile, belongs to another user, or there are no locks.
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}
