/**
 * Convolution by one tap, for networks that are not trained:
 *
 *   y[n, o, p] = activation(bias[o] + sum over c of x[n, c, p] w[o, c] + addend[n, o, p]),   pixels p in a row
 *
 * conv2d computes it too, but its tiles are made for neighbourhoods, and it packs its weights anew each time. Here
 * a thread has up to 8 pixels by a tile of output channels; lanes run over runs of pixels, so the weights are the
 * same for all: packed once as [tile][c][channel of the tile], they come through 64 KiB uniform windows of some
 * tiles. No gradients.
 * Layouts: x [N, C, H, W], weight [O, C, 1, 1], bias [O], addend and y [N, O, H, W].
 * Grid: x = runs of pixels / group, y = tiles of the window, z = N.
 */
import type { Device } from "../engine/device.ts";
import { Kernel, variants } from "../engine/kernel.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";
import { type Activation, activations } from "./activation.ts";
import { alignWindow, WINDOW } from "./convolution/geometry.ts";
import { tuningOf } from "./tuning.ts";
import { lines, range, type Stores, storeTile, tileProducts, tileSums } from "./wgsl.ts";

const MOST_PIXELS = 8;

/** Weights on a device, packed as above. */
export interface PointwiseWeight {
  readonly packed: Tensor;
  readonly outChannels: number;
  readonly inChannels: number;
  /** Output channels of a tile. */
  readonly tile: number;
  /** Values from a tile to the next. */
  readonly stride: number;
}

/**
 * Packs weights in the order [O, C].
 * @throws RangeError when C is so large that not even four output channels fit into a window.
 */
export function packPointwise(
  device: Device,
  values: Float32Array,
  [outChannels, inChannels]: readonly [number, number],
): PointwiseWeight {
  const tile = [16, 8, 4].find((tile) => tile * inChannels <= WINDOW);
  if (!tile) {
    throw new RangeError(
      `pointwiseConv2d: ${inChannels} input channels are more than fit a window`,
    );
  }
  const stride = alignWindow(tile * inChannels);
  const tiles = Math.ceil(outChannels / tile);
  // The last window reaches beyond what is packed.
  const packed = new Float32Array(tiles * stride + WINDOW);
  for (let o = 0; o < outChannels; o++) {
    const first = Math.floor(o / tile) * stride + o % tile;
    for (let c = 0; c < inChannels; c++) packed[first + c * tile] = values[o * inChannels + c];
  }
  const tensor = device.tensor([packed.length], packed);
  return { packed: tensor, outChannels, inChannels, tile, stride };
}

interface PointwiseVariant {
  /** Of a thread, as its output channels are. */
  readonly pixels: number;
  readonly tile: number;
  /** Input channels of a turn of its loop. */
  readonly steps: number;
  readonly group: number;
  readonly stores: Stores;
  readonly withAddend: boolean;
}

const kernelOf = variants(
  ({ pixels, tile, steps, group, stores, withAddend }: PointwiseVariant) => {
    const places = range(pixels).map(String);
    const sums = tileSums(tile, places);
    const loads = lines(
      range(steps),
      (c) => lines(places, (j) => `let x${c}_${j} = x[at + ${c}u * p.pixels + ${j}u];`),
    );
    const products = tileProducts({
      channels: tile,
      steps,
      vectors: ["w", "vector"],
      terms: (step) => places.map((place) => ({ place, value: `x${step}_${place}` })),
    });
    const stored = storeTile(
      { sums, places: pixels, stores, count: "outputs" },
      (channel, sumOf) =>
        lines(range(pixels), (j) => {
          const addend = withAddend ? ` + addend[to + ${j}u]` : "";
          return `if (pixel + ${j}u < p.pixels) {
      let sum = ${sumOf(j)} + bias[first + ${channel}]${addend};
      y[to + ${j}u] = clamp(sum, p.low, p.high);
    }`;
        }) + "\nto += p.pixels;",
    );
    return new Kernel({
      name: `pointwise_conv2d tile ${pixels}x${tile}`,
      read: ["x", "bias"],
      optional: { addend: withAddend },
      write: ["y"],
      window: { name: "w", vectors: WINDOW / 4 },
      sizes: ["pixels", "inChannels", "outChannels", "firstTile", "tileVectors"],
      scalars: ["low", "high"],
      source: `
@compute @workgroup_size(${group}) fn main(
  @builtin(global_invocation_id) id: vec3<u32>, @builtin(workgroup_id) group: vec3<u32>) {
  let pixel = id.x * ${pixels}u;
  if (pixel >= p.pixels) { return; }
  ${lines(sums, (sum) => `var ${sum} = 0.0;`)}
  var at = id.z * p.inChannels * p.pixels + pixel;
  var vector = group.y * p.tileVectors;
  for (var c = 0u; c < p.inChannels; c += ${steps}u) {
    ${loads}
    ${products}
    at += ${steps}u * p.pixels;
    vector += ${steps * tile / 4}u;
  }
  let first = (p.firstTile + group.y) * ${tile}u;
  var to = (id.z * p.outChannels + first) * p.pixels + pixel;
  let outputs = min(${tile}u, p.outChannels - first);
  ${stored}
}`,
    });
  },
);

export interface PointwiseOptions {
  readonly activation: Activation;
  /** Added before the activation. */
  readonly addend?: Tensor;
}

/**
 * The convolution of x [N, C, H, W]: [N, O, H, W].
 * @throws TypeError when x has not four axes; RangeError when the weight, bias or addend does not fit.
 */
export function pointwiseConv2d(
  x: Tensor,
  weight: PointwiseWeight,
  bias: Tensor,
  { activation, addend }: PointwiseOptions,
): Tensor {
  const { batch, channels, height, width } = imageShape("pointwiseConv2d", "x", x);
  const { packed, outChannels, inChannels, tile, stride } = weight;
  assertShape("pointwiseConv2d", "x", x, [batch, inChannels, height, width]);
  assertShape("pointwiseConv2d", "bias", bias, [outChannels]);
  const y = x.device.empty([batch, outChannels, height, width]);
  if (addend) assertShape("pointwiseConv2d", "addend", addend, y.shape);
  const { group, stores, sums } = tuningOf(x.device);
  const mostPixels = Math.min(MOST_PIXELS, sums / tile);
  const area = height * width;
  const groups = Math.ceil(area / (group * mostPixels));
  const pixels = Math.ceil(area / (groups * group));
  const steps = channels % 2 === 0 ? 2 : 1;
  const kernel = kernelOf({ pixels, tile, steps, group, stores, withAddend: addend !== undefined });
  const tilesPerWindow = Math.floor(WINDOW / stride);
  const allTiles = Math.ceil(outChannels / tile);
  for (let firstTile = 0; firstTile < allTiles; firstTile += tilesPerWindow) {
    const tiles = Math.min(tilesPerWindow, allTiles - firstTile);
    x.device.launch(
      kernel,
      { x, bias, addend: addend ?? null, y, w: { tensor: packed, offset: firstTile * stride } },
      {
        pixels: area,
        inChannels,
        outChannels,
        firstTile,
        tileVectors: stride / 4,
        ...activations[activation],
      },
      [groups, tiles, batch],
      2 * batch * area * inChannels * tiles * tile,
    );
  }
  return y;
}
