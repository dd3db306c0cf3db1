import { isPyTorchFile, parsePyTorchFile } from "../formats/pytorch_file.ts";
import type { Device } from "../../engine/device.ts";
import { parseSafetensors } from "../../engine/safetensors.ts";
import type { Size } from "../../pose/types.ts";
import { Inception } from "../inception/inception.ts";
import { Lpips } from "../lpips.ts";
import type { NamedTensors } from "../weights.ts";

/** Files of published weights that the user has: safetensors or PyTorch's, several as "A,B". */
export interface GivenFiles {
  /** AlexNet or VGG-16 of torchvision, and LPIPS's linear layers for it. */
  readonly lpips?: string;
  /** torchvision's Inception-v3, or pytorch-fid's. */
  readonly inception?: string;
}

/** The networks whose weights the user hands over, opened when first asked for. */
export class GivenNetworks {
  #inception?: Promise<Inception>;

  constructor(readonly device: Device, readonly files: GivenFiles) {}

  /** Throws an Error of one line where no file was given, or one is not right. */
  lpips(size: Size): Promise<Lpips> {
    const open = (tensors: NamedTensors) => Lpips.from(this.device, tensors, size);
    return this.#open("lpips", "the backbone's and the linear layers' weights, A.pth,B.pth", open);
  }

  /** As `lpips`, and the same network each time. */
  inception(): Promise<Inception> {
    const open = (tensors: NamedTensors) => Inception.from(this.device, tensors);
    return this.#inception ??= this.#open("inception", "the weights of Inception-v3", open);
  }

  async #open<T>(
    name: keyof GivenFiles,
    what: string,
    open: (tensors: NamedTensors) => T,
  ): Promise<T> {
    const files = this.files[name];
    if (!files) throw new Error(`${name}: no weights: give ${what}, by --${name}`);
    const tables = await Promise.all(filesOf(files).map(readTensors));
    try {
      return open(new Map(tables.flatMap((table) => [...table])));
    } catch (error) {
      throw named(files, error);
    }
  }
}

/** The paths in "A,B". */
export function filesOf(list: string): string[] {
  return list.split(",").map((path) => path.trim());
}

async function readTensors(path: string): Promise<NamedTensors> {
  try {
    const bytes = await Deno.readFile(path);
    return isPyTorchFile(bytes) ? parsePyTorchFile(bytes) : parseSafetensors(bytes).tensors;
  } catch (error) {
    throw named(path, error);
  }
}

function named(path: string, error: unknown): Error {
  return new Error(`${path}: ${(error as Error).message}`, { cause: error });
}
