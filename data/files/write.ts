import { dirname, join } from "node:path";

/**
 * Writes a file so that a crash leaves either the old file or the whole new one: into a temporary
 * file beside it, fsync, rename.
 * @throws Error that names the path where that fails
 */
export async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  await writeAtomic(path, (temporary) => withFile(temporary, (file) => writeAll(file, bytes)));
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
  const writeTo = async (file: Deno.FsFile) => {
    let chunk = "";
    for (const line of lines) {
      chunk += line + "\n";
      if (chunk.length < CHUNK_CHARACTERS) continue;
      await writeAll(file, encoder.encode(chunk));
      chunk = "";
    }
    await writeAll(file, encoder.encode(chunk));
  };
  await writeAtomic(path, (temporary) => withFile(temporary, writeTo));
}

/** Removes from a folder what writers left that were killed. Nobody else may be writing into it. */
export async function removeUnfinished(folder: string): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && unfinished.test(name)) await Deno.remove(join(folder, name));
  }
}

const unfinished = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** As `writeFile`, what another program writes. @param write makes a file of the path that it is given */
export async function writeAtomic(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.${crypto.randomUUID()}.tmp`);
  try {
    await write(temporary);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new Error(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function withFile(path: string, write: (file: Deno.FsFile) => Promise<void>): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  await write(file);
  await file.sync();
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}
