/**
 * Depthwise convolution, each channel by k x k taps of its own, k 3 or 5, with TensorFlow's "SAME" padding:
 *
 *   y[n, c, u, v] = bias[c] + sum over i, j of x[n, c, u stride + i - before, v stride + j - before] w[c, 0, i, j]
 *
 * zero outside; y has ceil(H / stride) rows, and of the rows of padding that this takes the smaller half comes
 * before (so none where stride is 2 and H even); columns alike. The activation follows. No gradients.
 * Layouts: x [N, C, H, W], w [C, 1, k, k], bias [C]. A thread computes up to 4 x 4 pixels of a channel, so that
 * they share what they load. Grid: `elementGroups` of the tiles of all channels.
 */
import { elementGroups, elementKernel, namesOf, variants } from "../engine/kernel.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";
import { type Activation, activations } from "./activation.ts";
import { lines, QUOTIENT, range } from "./wgsl.ts";

/** Of a side. */
const TAPS = [3, 5];
const MOST_SIDE = 4;
/** What `QUOTIENT` takes apart. */
const MOST_TILES = 2 ** 20;

export interface DepthwiseOptions {
  readonly stride: 1 | 2;
  readonly activation: Activation;
}

interface DepthwiseVariant {
  /** Of a tile. */
  readonly height: number;
  readonly width: number;
  readonly stride: number;
  readonly taps: number;
  readonly withBias: boolean;
}

const kernelOf = variants((
  { height, width, stride, taps, withBias }: DepthwiseVariant,
  sizes: ReturnType<typeof sizesOf>,
) => {
  const columns = range((width - 1) * stride + taps);
  const loads = lines(
    range((height - 1) * stride + taps),
    (r) =>
      `let row${r} = first_row + ${r}; let inside${r} = u32(row${r}) < p.height;
  let at${r} = plane + row${r} * i32(p.width) + first_column;\n` +
      lines(
        columns,
        (c) =>
          `let x${r}_${c} = select(0.0, x[u32(at${r} + ${c})], inside${r} && inside_column${c});`,
      ),
  );
  const stores = lines(range(height), (i) =>
    lines(range(width), (j) => {
      const sum = range(taps * taps).reduce((sum, tap) => {
        const [ty, tx] = [Math.floor(tap / taps), tap % taps];
        return `fma(x${i * stride + ty}_${j * stride + tx}, w${tap}, ${sum})`;
      }, "offset");
      return `if (u + ${i}u < p.outHeight && v + ${j}u < p.outWidth) {
    y[to + ${i}u * p.outWidth + ${j}u] = clamp(${sum}, p.low, p.high);
  }`;
    }));
  return elementKernel({
    name: `depthwise_conv2d tile ${height}x${width} stride ${stride} taps ${taps}`,
    read: ["x", "w"],
    optional: { bias: withBias },
    write: ["y"],
    sizes: namesOf(sizes),
    scalars: ["low", "high"],
    source: `${QUOTIENT}
fn element(i: u32) {
  let line = quotient(i, p.tilesX);
  let run = quotient(line, p.tilesY);
  let channel = run - quotient(run, p.channels) * p.channels;
  let u = (line - run * p.tilesY) * ${height}u;
  let v = (i - line * p.tilesX) * ${width}u;
  let plane = i32(run * p.height * p.width);
  let first_row = i32(u * ${stride}u) - i32(p.beforeY);
  let first_column = i32(v * ${stride}u) - i32(p.beforeX);
  ${lines(columns, (c) => `let inside_column${c} = u32(first_column + ${c}) < p.width;`)}
  ${lines(range(taps * taps), (tap) => `let w${tap} = w[channel * ${taps * taps}u + ${tap}u];`)}
  let offset = ${withBias ? "bias[channel]" : "0.0"};
  ${loads}
  let to = (run * p.outHeight + u) * p.outWidth + v;
  ${stores}
}`,
  });
});

/**
 * The convolution of x [N, C, H, W] by w [C, 1, k, k], plus bias [C] where there is one: [N, C, ceil(H / stride), ceil(W / stride)].
 * @throws TypeError when x has not four axes; RangeError when w or bias does not fit it, or it is too large.
 */
export function depthwiseConv2d(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  { stride, activation }: DepthwiseOptions,
): Tensor {
  const { batch, channels, height, width } = imageShape("depthwiseConv2d", "x", x);
  const taps = TAPS.find((taps) => taps === w.shape[2]) ?? TAPS[0];
  assertShape("depthwiseConv2d", "w", w, [channels, 1, taps, taps]);
  if (bias) assertShape("depthwiseConv2d", "bias", bias, [channels]);
  const rows = axis(height, stride, taps);
  const columns = axis(width, stride, taps);
  const y = x.device.empty([batch, channels, rows.length, columns.length]);
  const count = batch * channels * rows.tiles * columns.tiles;
  if (count >= MOST_TILES) {
    throw new RangeError(`depthwiseConv2d: x [${x.shape}] has more than ${MOST_TILES} tiles`);
  }
  const sizes = sizesOf(x, rows, columns);
  const variant = {
    height: rows.side,
    width: columns.side,
    stride,
    taps,
    withBias: bias !== null,
  };
  x.device.launch(
    kernelOf(variant, sizes),
    { x, w, bias, y },
    { count, ...sizes, ...activations[activation] },
    elementGroups(count),
    2 * taps * taps * y.size,
  );
  return y;
}

function sizesOf(
  { shape: [, channels, height, width] }: Tensor,
  rows: TiledAxis,
  columns: TiledAxis,
) {
  return {
    channels,
    height,
    width,
    outHeight: rows.length,
    outWidth: columns.length,
    tilesY: rows.tiles,
    tilesX: columns.tiles,
    beforeY: rows.before,
    beforeX: columns.before,
  };
}

type TiledAxis = ReturnType<typeof axis>;

/** Outputs along an axis, the padding before them, and the tiles of equal sides that cover them. */
function axis(inputs: number, stride: number, taps: number) {
  const length = Math.ceil(inputs / stride);
  const padding = Math.max(0, (length - 1) * stride + taps - inputs);
  const tiles = Math.ceil(length / MOST_SIDE);
  return { length, before: Math.floor(padding / 2), tiles, side: Math.ceil(length / tiles) };
}
