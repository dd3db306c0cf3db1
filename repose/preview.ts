/** Pictures of fewer pixels, for while somebody waits for the full ones. */
import { resize } from "../data/pictures/picture.ts";
import type { Picture, PoseTransfer } from "../data/types.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { transformJoints } from "../pose/transform.ts";
import type { Size } from "../pose/types.ts";
import { Painter } from "./painter.ts";

/** What one picture may take so that the hand that moves it does not wait, in milliseconds. */
const FLUENT_MS = 100;
/** Of the full picture's sides: what is smaller shows nobody. */
const LEAST_SCALE = 1 / 2;

/**
 * The size to paint at while a pose moves, on a device that takes `milliseconds` for the full picture: the largest that
 * is fluent, time being in proportion to pixels, or else the smallest that is of use. It has the full picture's
 * proportions and sides that the levels can halve. Null where the full picture is fluent, or where there is no such size.
 */
export function previewSize(
  { size, levels }: ModelConfiguration,
  milliseconds: number,
): Size | null {
  if (milliseconds <= FLUENT_MS) return null;
  const multiple = 2 ** (levels - 1);
  const parts = commonDivisor(size.width / multiple, size.height / multiple);
  let smallest: Size | null = null;
  for (let part = parts - 1; part >= Math.max(1, parts * LEAST_SCALE); part--) {
    const scale = part / parts;
    smallest = { width: size.width * scale, height: size.height * scale };
    if (milliseconds * scale ** 2 <= FLUENT_MS) return smallest;
  }
  return smallest;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Paints with a painter's weights at another size: the generator is convolutional. */
export class Preview {
  readonly #painter: Painter;

  constructor(readonly full: Painter, size: Size) {
    const { device, configuration, parameters } = full;
    const sigma = configuration.sigma * size.height / configuration.size.height;
    this.#painter = new Painter(device, { ...configuration, size, sigma }, parameters);
  }

  /** The source, of the full size, in its target pose; smaller. Waits for the GPU. */
  async paint({ source, target }: PoseTransfer): Promise<Picture> {
    const { size } = this.#painter.configuration;
    const scale = size.height / this.full.configuration.size.height;
    const smaller = {
      name: source.name,
      picture: resize(source.picture, size),
      joints: transformJoints(source.joints, scale, 0, 0),
    };
    const joints = transformJoints(target.joints, scale, 0, 0);
    const [painted] = await this.#painter.paint([{ source: smaller, target: { joints } }]);
    return painted;
  }
}
