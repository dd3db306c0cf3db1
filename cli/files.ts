/** What a command is to read and to write, looked at before it starts: nothing that it reads is written over. */
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { removeUnfinished, tryToWrite } from "../data/files/write.ts";

/** The files and folders of a command line. What was not given may be undefined. */
export interface Files {
  /** Files, and folders whose pictures and lists are read. */
  readonly reads?: readonly (string | undefined)[];
  /** Files to write; they may be there already. */
  readonly writes?: readonly string[];
  /** Files to write by names that nobody gave; none may be there. */
  readonly adds?: readonly string[];
  /** Folders to write into, made where they are not there. */
  readonly folders?: readonly string[];
}

/**
 * Checks where a command writes, however paths are spelt and whatever links lead there, and clears away there what
 * programs left that were killed.
 * @throws Error for an output that is an input, for one of `adds` that is there, and where nothing can be written
 */
export async function checkFiles(
  { reads = [], writes = [], adds = [], folders = [] }: Files,
): Promise<void> {
  for (const folder of folders) await requireFolder(folder);
  const made = folders.map((folder) => resolve(folder));
  const inputs = reads.filter((path) => path !== undefined);
  for (const path of [...writes, ...adds]) {
    if ((await look(path))?.isDirectory) throw new Error(`cannot write ${path}: it is a folder`);
    if (!made.includes(resolve(dirname(path)))) await requireRoomFor(path);
    for (const input of inputs) await requireApart(path, input);
  }
  for (const path of adds) {
    if (await look(path)) {
      throw new Error(`cannot write ${path}: it is there already; move it, or add --overwrite`);
    }
  }
}

/** What files in a folder that is read end in where they are part of what is read. */
const readable = /\.(png|jpe?g|webp|csv|jsonl?|safetensors)$/i;

/** @throws Error where a file is the input, or lies in it as one of those that are read. */
async function requireApart(path: string, input: string): Promise<void> {
  const [file, other] = [await look(path), await look(input)];
  if (!file || !other) return;
  const isSame = file.ino === null ? file.path === other.path : isSameFile(file, other);
  const isPart = other.isDirectory && readable.test(path) && isInside(file.path, other.path);
  if (!isSame && !isPart) return;
  const what = isPart ? `lies in ${input}, which` : `is ${input}, which`;
  throw new Error(`cannot write ${path}: it ${what} is to be read; give another name`);
}

function isSameFile(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(/[\\/]/)[0] !== "..";
}

/** What lies at a path, and where links lead; null where there is nothing. */
async function look(path: string): Promise<Deno.FileInfo & { path: string } | null> {
  try {
    return { ...await Deno.stat(path), path: await Deno.realPath(path) };
  } catch {
    return null;
  }
}

async function requireRoomFor(path: string): Promise<void> {
  const folder = dirname(path);
  if (!await look(folder)) throw new Error(`cannot write ${path}: there is no folder ${folder}`);
  await requireWritable(folder, path);
}

/** That a folder is there or can be made. */
async function requireFolder(folder: string): Promise<void> {
  let there = folder;
  while (!await look(there) && dirname(there) !== there) there = dirname(there);
  await requireWritable(there, folder);
}

async function requireWritable(folder: string, path: string): Promise<void> {
  if (!(await look(folder))?.isDirectory) {
    throw new Error(`cannot write ${path}: ${folder} is not a folder`);
  }
  try {
    await tryToWrite(folder);
  } catch (error) {
    throw new Error(`cannot write ${path}: no file can be made in ${folder}`, { cause: error });
  }
  await removeUnfinished(folder).catch(() => {}); // a folder that may not be listed keeps them
}
