/** Gets the few VGG-19 weights that the perceptual losses need, and keeps them in the user's cache folder. */
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { writeFileAtomic } from "../../data/files/atomic.ts";
import { cacheFolder, request } from "./download.ts";
import {
  parseSafetensors,
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

/** Reads the weights from a file: `fetchVggWeights`'s, or any VGG-19 in safetensors. Throws an Error that names the file. */
export async function loadVggWeights(path: string = vggCachePath()): Promise<VggWeights> {
  try {
    return convertVggWeights(parseSafetensors(await Deno.readFile(path)).tensors);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw named(path, error);
    throw new Error(`no VGG-19 weights at ${path}; fetch them with: ./run weights vgg19`);
  }
}

/**
 * Takes the needed tensors of a published VGG-19 in safetensors, at an http(s) address or a path, checks them and writes
 * them to `path`. From a server that answers range requests only those tensors are fetched.
 * Throws an Error that names the source where it can't be reached, is cut short or is no VGG-19; `path` stays as it was.
 */
export async function fetchVggWeights(
  source: string = vggUrl,
  path: string = vggCachePath(),
): Promise<void> {
  const tensors = await readPublished(source);
  await Deno.mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, serializeSafetensors(tensors, { source }));
}

async function readPublished(source: string): Promise<Map<string, StoredTensor>> {
  try {
    await using file = new PublishedFile(
      /^https?:/.test(source) ? new URL(source) : pathToFileURL(resolve(source)),
    );
    const tensors = await readNeededTensors(file);
    convertVggWeights(tensors); // throws where the tensors are not right
    return tensors;
  } catch (error) {
    throw named(source, error);
  }
}

async function readNeededTensors(file: PublishedFile): Promise<Map<string, StoredTensor>> {
  const length = await file.read(0, 8);
  const dataStart = safetensorsDataStart(length);
  const header = new Uint8Array(dataStart);
  header.set(length);
  header.set(await file.read(length.length, dataStart), length.length);
  const { entries } = parseSafetensorsHeader(header);

  const needed = new Set(vggTensorNames(entries.keys()));
  const tensors = new Map<string, StoredTensor>();
  const inFileOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin);
  for (const [name, { dtype, shape, begin, end }] of inFileOrder) {
    if (needed.has(name)) tensors.set(name, { dtype, shape, data: await file.read(begin, end) });
  }
  return tensors;
}

/** A file read by range requests; where the answer is the whole file instead, that one answer is read on and on. */
class PublishedFile implements AsyncDisposable {
  readonly #url: URL;
  #whole?: ReadableStreamDefaultReader<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(); // what has come of the whole file but is not read yet,
  #position = 0; // and where in the file it begins

  constructor(url: URL) {
    this.#url = url;
  }

  /** The bytes [begin, end); each call must begin where the last one ended, or later. */
  async read(begin: number, end: number): Promise<Uint8Array> {
    if (this.#whole === undefined) {
      const range = `bytes=${begin}-${end - 1}`;
      const response = await request(this.#url, { range, "accept-encoding": "identity" });
      if (response.status === 206) {
        const bytes = await response.bytes().catch(() => undefined);
        return bytes?.length === end - begin ? bytes : breakOff();
      }
      this.#whole = response.body?.getReader();
    }
    const bytes = new Uint8Array(end - begin);
    for (let filled = 0; filled < bytes.length;) {
      if (this.#chunk.length === 0) this.#chunk = await this.#nextChunk();
      const skipped = Math.min(this.#chunk.length, begin + filled - this.#position);
      const taken = this.#chunk.subarray(skipped, skipped + bytes.length - filled);
      bytes.set(taken, filled);
      filled += taken.length;
      this.#position += skipped + taken.length;
      this.#chunk = this.#chunk.subarray(skipped + taken.length);
    }
    return bytes;
  }

  async #nextChunk(): Promise<Uint8Array> {
    const next = await this.#whole?.read().catch(() => undefined);
    return next?.value ?? breakOff();
  }

  async [Symbol.asyncDispose]() {
    await this.#whole?.cancel().catch(() => {}); // a broken connection has said so already
  }
}

function breakOff(): never {
  throw new Error("breaks off before its end; try again");
}

function named(source: string, error: unknown): Error {
  return new Error(`${source}: ${(error as Error).message}`, { cause: error });
}
