/** Published TensorFlow.js graph models: kept in the user's cache, fetched from the npm package @vladmandic/human. */
import { type ParsedTarEntryWithData, unpackTar } from "modern-tar";
import { join } from "node:path";
import { writeFileAtomic } from "../../data/files/atomic.ts";
import { cacheFolder, request } from "./download.ts";

/** The two files of a TensorFlow.js graph model. */
export interface GraphFiles {
  /** The text of the JSON file. */
  readonly model: string;
  /** The bytes of the binary file. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** What is kept of a package, and how it must come. */
export interface PublishedFile {
  /** Within the package. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A model and where it comes from. */
export interface PublishedModel {
  /** What it is and does, for people. */
  readonly what: string;
  /** The names that its files may have in a folder, without `.json` and `.bin`; the first there is taken. */
  readonly names: readonly string[];
  /** The files of the last of these. */
  readonly files: readonly PublishedFile[];
}

const npmRegistry = "https://registry.npmjs.org/";
const archive = "@vladmandic/human/-/human-3.3.6.tgz";

/**
 * Reads a model's files from a folder: the user's cache, where none is given. Where they are not there, they are fetched
 * to it, from npm's registry or NPM_CONFIG_REGISTRY.
 * Throws an Error of one line that names the file or the address, and says what to do.
 *
 * @param onFetch is called, with words for people, before anything is fetched
 */
export async function readGraphFiles(
  model: PublishedModel,
  folder: string = cacheFolder(),
  onFetch: (what: string) => void = () => {},
): Promise<GraphFiles> {
  const kept = await readKept(model, folder);
  if (kept) return kept;
  const registry = (Deno.env.get("NPM_CONFIG_REGISTRY") || npmRegistry).replace(/\/*$/, "/");
  const source = registry + archive;
  onFetch(`fetching ${model.what}, from ${source} to ${folder}`);
  try {
    await fetchFiles(new URL(source), model.files, folder);
  } catch (error) {
    const advice = `or put ${model.names.at(-1)}.json and .bin into ${folder}`;
    throw new Error(`${source}: ${(error as Error).message}, ${advice}`, { cause: error });
  }
  return await readGraphFiles(model, folder);
}

async function readKept({ names }: PublishedModel, folder: string): Promise<GraphFiles | null> {
  for (const name of names) {
    const path = join(folder, name);
    try {
      const model = await Deno.readTextFile(`${path}.json`);
      return { model, weights: await Deno.readFile(`${path}.bin`) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw new Error(`cannot read ${path}.json and .bin: ${(error as Error).message}`);
    }
  }
  return null;
}

/**
 * Keeps some files of a package at an http(s) address, without the folders that they lie in there; nothing is written
 * before all have come, and right. Throws an Error of one line, without the address.
 */
export async function fetchFiles(
  source: URL,
  wanted: readonly PublishedFile[],
  folder: string,
): Promise<void> {
  const found = await readArchive(source, wanted);
  await Deno.mkdir(folder, { recursive: true });
  for (const [{ path }, bytes] of found) {
    await writeFileAtomic(join(folder, path.split("/").at(-1)!), bytes);
  }
}

async function readArchive(
  source: URL,
  wanted: readonly PublishedFile[],
): Promise<Map<PublishedFile, Uint8Array>> {
  const response = await request(source);
  const entries = await unpack(response).catch(() => {
    throw new Error("is no whole .tgz; try again");
  });
  const found = new Map<PublishedFile, Uint8Array>();
  for (const file of wanted) {
    const data = entries.find(({ header }) => header.name === file.path)?.data;
    if (data?.length !== file.size || await sha256(data) !== file.sha256) {
      throw new Error(`holds another ${file.path}, or none; check the registry`);
    }
    found.set(file, data);
  }
  return found;
}

/** As a whole, 44 MB: streamed, an archive that breaks off stalls modern-tar 0.8.6 for ever. */
async function unpack({ body }: Response): Promise<ParsedTarEntryWithData[]> {
  const unzipped = body!.pipeThrough(new DecompressionStream("gzip"));
  return await unpackTar(await new Response(unzipped).bytes());
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
