import type { Shape } from "../../engine/tensor.ts";

/** The two files of a published MoveNet, a TensorFlow.js graph model. */
export interface MoveNetFiles {
  /** `movenet-*.json` */
  readonly model: string;
  /** `movenet-*.bin` */
  readonly weights: Uint8Array;
}

/** The values of each tensor, by its name in the file. */
export type MoveNetWeights = ReadonlyMap<
  string,
  { readonly shape: Shape; readonly data: Float32Array<ArrayBuffer> }
>;

/** Reads the weights. Throws an Error where the files are no MoveNet. */
export function parseMoveNetWeights(_files: MoveNetFiles): MoveNetWeights {
  throw new Error("parseMoveNetWeights is not built yet");
}
