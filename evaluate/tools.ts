import type { Device } from "../engine/device.ts";
import { PersonDetector } from "../networks/centernet/detector.ts";
import { centerNetPath } from "../networks/files/published.ts";
import { readWeights } from "../networks/files/read_weights.ts";
import { loadVggWeights } from "../networks/files/vgg19.ts";
import { Inception } from "../networks/inception/inception.ts";
import { Lpips } from "../networks/lpips.ts";
import type { VggWeights } from "../networks/vgg19/weights.ts";
import type { NamedTensors } from "../networks/weights.ts";
import type { Skeleton } from "../pose/skeleton.ts";
import type { Size } from "../pose/types.ts";
import type { FindPeople } from "../repose/studio.ts";

/** Files of published weights: safetensors or PyTorch's, several as "A,B". */
export interface WeightFiles {
  /** AlexNet or VGG-16 of torchvision, and LPIPS's linear layers for it. */
  readonly lpips?: string;
  /** torchvision's Inception-v3, or pytorch-fid's. */
  readonly inception?: string;
  /** VGG-19; without it, the one in the user's cache. */
  readonly vgg?: string;
}

/** What all pictures have in common. */
export interface PictureKind {
  readonly skeleton: Skeleton;
  readonly size: Size;
}

/** What metrics may need beside pictures: networks, opened when they are asked for. */
export class Tools implements PictureKind {
  readonly skeleton: Skeleton;
  readonly size: Size;
  #inception?: Promise<Inception>;

  constructor(
    readonly device: Device,
    { skeleton, size }: PictureKind,
    readonly findPeople: FindPeople,
    readonly files: WeightFiles = {},
  ) {
    this.skeleton = skeleton;
    this.size = size;
  }

  /** CenterNet of the user's cache. @throws Error of one line where it cannot be had. */
  async detector(): Promise<PersonDetector> {
    return PersonDetector.from(this.device, await readWeights(await centerNetPath()));
  }

  /** @throws Error of one line where there are none. */
  vgg(): Promise<VggWeights> {
    return loadVggWeights(this.files.vgg);
  }

  /** @throws Error of one line where no files were given, or they are not right. */
  lpips(): Promise<Lpips> {
    return this.#open(
      "lpips",
      "the backbone's and the linear layers' weights, A.pth,B.pth",
      (tensors) => Lpips.from(this.device, tensors, this.size),
    );
  }

  /** As `lpips`, and the same network each time. */
  inception(): Promise<Inception> {
    return this.#inception ??= this.#open(
      "inception",
      "the weights of Inception-v3",
      (tensors) => Inception.from(this.device, tensors),
    );
  }

  async #open<T>(
    name: "lpips" | "inception",
    what: string,
    open: (tensors: NamedTensors) => T,
  ): Promise<T> {
    const files = this.files[name];
    if (!files) throw new Error(`${name}: no weights: give ${what}, by --${name}`);
    const tables = await Promise.all(filesOf(files).map(readWeights));
    try {
      return open(new Map(tables.flatMap((table) => [...table])));
    } catch (error) {
      throw new Error(`${files}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** The paths in "A,B". */
export function filesOf(list: string): string[] {
  return list.split(",").map((path) => path.trim());
}
