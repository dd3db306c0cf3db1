/** Gets the few VGG-19 weights that the perceptual losses need, and keeps them in the user's cache folder. */
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { requireFile } from "../../data/files/read.ts";
import { makeFolderFor, removeUnfinished, writeFile } from "../../data/files/write.ts";
import { isThere } from "../../data/files/look.ts";
import { LARGEST_WEIGHTS, readWeightsFile } from "./read_weights.ts";
import { cacheFolder, request } from "./download.ts";
import {
  parseSafetensorsHeader,
  safetensorsDataStart,
  serializeSafetensors,
  type StoredTensor,
} from "../../engine/safetensors.ts";
import { convertVggWeights, vggTensorNames, type VggWeights } from "../vgg19/weights.ts";

/** torchvision's VGG-19 as timm publishes it: 575 MB, of which 1 MB is fetched. */
export const vggUrl = "https://huggingface.co/timm/vgg19.tv_in1k/resolve/main/model.safetensors";

/** Where the weights are kept, in the user's cache. */
export const vggCachePath = () => join(cacheFolder(), "vgg19.safetensors");

/** The weights in a file: `fetchVggWeights`'s, or any VGG-19. @throws Error that names the file. */
export async function loadVggWeights(path: string = vggCachePath()): Promise<VggWeights> {
  if (!await isThere(path)) {
    throw new Error(`no VGG-19 weights at ${path}; fetch them with: ./run weights vgg19`);
  }
  const { tensors, metadata: { sha256 } } = await readWeightsFile(path);
  try {
    const weights = convertVggWeights(tensors);
    if (sha256 === undefined || sha256 === await digestVggWeights(weights)) return weights;
    throw new Error("altered since it was kept; fetch it again: ./run weights vgg19");
  } catch (error) {
    throw named(path, error);
  }
}

/** SHA-256 of weights in the form that all published files are brought to, in hexadecimal digits. */
export async function digestVggWeights({ mean, layers }: VggWeights): Promise<string> {
  const parts = Object.values(layers).flatMap(({ weight, bias }) => [...weight, ...bias]);
  const digest = await crypto.subtle.digest("SHA-256", Float32Array.from([...mean, ...parts]));
  return new Uint8Array(digest).toHex();
}

/**
 * Takes the needed tensors of a published VGG-19 in safetensors, at an http(s) address or a path, checks them and writes
 * them to `path`, with their digest, which `loadVggWeights` looks at. From a server that answers range requests only those tensors are fetched.
 * @throws Error that names the source where it can't be reached, is cut short or is no VGG-19; `path` stays as it was.
 */
export async function fetchVggWeights(
  source: string = vggUrl,
  path: string = vggCachePath(),
): Promise<void> {
  const { tensors, sha256 } = await readPublished(source);
  await makeFolderFor(path);
  await removeUnfinished(dirname(path));
  await writeFile(path, serializeSafetensors(tensors, { source, sha256 }));
}

async function readPublished(
  source: string,
): Promise<{ tensors: Map<string, StoredTensor>; sha256: string }> {
  try {
    const isRemote = /^https?:/.test(source);
    if (!isRemote) await requireFile(source, LARGEST_WEIGHTS);
    const file = new RemoteFile(isRemote ? new URL(source) : pathToFileURL(resolve(source)));
    const tensors = await readNeededTensors(file);
    return { tensors, sha256: await digestVggWeights(convertVggWeights(tensors)) };
  } catch (error) {
    throw named(source, error);
  }
}

async function readNeededTensors(file: RemoteFile): Promise<Map<string, StoredTensor>> {
  const length = await file.read(0, 8);
  const dataStart = safetensorsDataStart(length);
  const header = new Uint8Array(dataStart);
  header.set(length);
  header.set(await file.read(length.length, dataStart), length.length);
  const { entries } = parseSafetensorsHeader(header);

  const needed = new Set(vggTensorNames(entries.keys()));
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    if (needed.has(name)) tensors.set(name, { dtype, shape, data: await file.read(begin, end) });
  }
  return tensors;
}

/** A file read by range requests; where the answer is the whole file instead, that is kept. */
class RemoteFile {
  #whole?: Uint8Array;

  constructor(readonly url: URL) {}

  /** The bytes [begin, end). */
  async read(begin: number, end: number): Promise<Uint8Array> {
    const bytes = this.#whole?.subarray(begin, end) ?? await this.#request(begin, end);
    return bytes.length === end - begin ? bytes : breakOff();
  }

  async #request(begin: number, end: number): Promise<Uint8Array> {
    const range = `bytes=${begin}-${end - 1}`;
    const response = await request(this.url, { range, "accept-encoding": "identity" });
    const bytes = await response.bytes().catch(breakOff);
    if (response.status === 206) return bytes;
    this.#whole = bytes;
    return bytes.subarray(begin, end);
  }
}

function breakOff(): never {
  throw new Error("breaks off before its end; try again");
}

function named(source: string, error: unknown): Error {
  return new Error(`${source}: ${(error as Error).message}`, { cause: error });
}
