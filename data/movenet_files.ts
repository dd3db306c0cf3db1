/** The weights of MoveNet (Google, Apache-2.0), as the npm package @vladmandic/human publishes them. */
import { type ParsedTarEntryWithData, unpackTar } from "modern-tar";
import { join } from "node:path";
import { writeFileAtomic } from "./atomic.ts";
import { cacheFolder, request } from "./download.ts";

/** The two files of a TensorFlow.js graph model. */
export interface MoveNetFiles {
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

const npmRegistry = "https://registry.npmjs.org/";
const archive = "@vladmandic/human/-/human-3.3.6.tgz";
const published: readonly PublishedFile[] = [
  {
    path: "package/models/movenet-lightning.json",
    size: 161_813,
    sha256: "df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9",
  },
  {
    path: "package/models/movenet-lightning.bin",
    size: 4_650_216,
    sha256: "bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
  },
];

/**
 * Reads `movenet-thunder`, or else `movenet-lightning`, `.json` and `.bin`, from a folder: the user's cache, where none
 * is given. Where the folder has neither, Lightning is fetched to it, from npm's registry or NPM_CONFIG_REGISTRY.
 * Throws an Error of one line that names the file or the address, and says what to do.
 *
 * @param onFetch is called, with words for people, before anything is fetched
 */
export async function readMoveNetFiles(
  folder: string = cacheFolder(),
  onFetch: (what: string) => void = () => {},
): Promise<MoveNetFiles> {
  const kept = await readKept(folder);
  if (kept) return kept;
  const registry = (Deno.env.get("NPM_CONFIG_REGISTRY") || npmRegistry).replace(/\/*$/, "/");
  const source = registry + archive;
  onFetch(`fetching MoveNet, which finds poses, from ${source} to ${folder}`);
  try {
    await fetchFiles(new URL(source), published, folder);
  } catch (error) {
    const advice = `or put movenet-lightning.json and .bin into ${folder}`;
    throw new Error(`${source}: ${(error as Error).message}, ${advice}`, { cause: error });
  }
  return await readMoveNetFiles(folder);
}

async function readKept(folder: string): Promise<MoveNetFiles | null> {
  for (const name of ["movenet-thunder", "movenet-lightning"]) {
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
