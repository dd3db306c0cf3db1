import type { Device } from "../engine/device.ts";
import { filled } from "../engine/tape.ts";
import { packedSize, type Tensor, tensorsIn } from "../engine/tensor.ts";
import type { ParameterShape } from "../model/parameters.ts";

/**
 * Bytes of a buffer. One for all gradients of a network would be there from the first on, when those of the features
 * still are: a step of width 64 took 1.47 GB instead of 1.21; with buffers of this size it takes 1.27.
 */
const MOST_BYTES = 32 * 2 ** 20;

/** A tensor that others lie in. */
export interface Whole {
  readonly tensor: Tensor;
  /** Of those, in order. */
  readonly names: readonly string[];
}

/**
 * Zeros of those shapes that lie in few larger tensors, so that a launch for each of these does for all. Bundles of the
 * same shapes lie alike.
 */
export class Bundle {
  readonly wholes: readonly Whole[];
  /** By their names, in the order of `shapes`. */
  readonly tensors: ReadonlyMap<string, Tensor>;

  constructor(device: Device, shapes: readonly ParameterShape[]) {
    const most = Math.min(MOST_BYTES, device.gpu.limits.maxStorageBufferBindingSize);
    const groups = groupsThatFit(shapes, most);
    const tensors = new Map<string, Tensor>();
    this.wholes = groups.map((group) => {
      const sizes = group.map(({ shape }) => shape);
      const tensor = filled(device, [packedSize(sizes)], 0);
      tensorsIn(tensor, sizes).forEach((part, i) => tensors.set(group[i].name, part));
      return { tensor, names: group.map(({ name }) => name) };
    });
    this.tensors = tensors;
  }
}

/** As many of the shapes, in order, to a group as have that many bytes together, but at least one. */
function groupsThatFit(shapes: readonly ParameterShape[], bytes: number): ParameterShape[][] {
  const groups: ParameterShape[][] = [];
  for (const shape of shapes) {
    const group = groups.at(-1);
    const fits = group && 4 * packedSize([...group, shape].map(({ shape }) => shape)) <= bytes;
    if (fits) group.push(shape);
    else groups.push([shape]);
  }
  return groups;
}
