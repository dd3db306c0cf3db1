/**
 * The tiled implicit-GEMM template behind conv2d, its gradient with respect to the input, and both of
 * the transposed convolution: every output pixel GATHERS a rectangle of taps of the input,
 *
 *   y[n, o, outStart + u outStep] = bias[o] + sum over c, t of x[n, c, u inStep + inStart + t] w[o, c, t]
 *
 * (the same along both axes). A convolution has outStep 1 and inStep = stride. A transposed
 * convolution is stride x stride such gathers, one per phase of the output, with inStep 1: no zeros
 * are inserted.
 *
 * Thread: a register tile of 8 pixels (tileHeight x tileWidth) by `channels` output channels.
 * Lanes run over pixel tiles of the whole batch; the weights of a step are the same for all lanes, so
 * they come through 64 KiB uniform windows. A window holds whole channel tiles where they fit, else a
 * run of input channels of one tile; then later windows add to what earlier ones wrote.
 * Grid: x = pixel tiles / 32, y = channel tiles of the window.
 */
import { Kernel, variants } from "../../engine/kernel.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { alignWindow, channelTile, tileWidth, type WeightView, WINDOW } from "./geometry.ts";
import { type Axis, packWeights } from "./pack.ts";

const GROUP = 32;
const TILE_PIXELS = 8;

/** Where the gather reads and writes along one axis. */
export interface GatherAxis extends Axis {
  /** Number of output positions u. */
  readonly count: number;
  readonly outStart: number;
  readonly outStep: number;
  readonly inStart: number;
  readonly inStep: number;
}

/** Writes the pixels rows.outStart + u outStep, columns likewise, of `y`. */
export function gatherConvolution(
  { x, y, view, bias, rows, columns }: {
    x: Tensor;
    y: Tensor;
    view: WeightView;
    bias: Tensor | null;
    rows: GatherAxis;
    columns: GatherAxis;
  },
): void {
  if (rows.count < 1 || columns.count < 1) return;
  const { outChannels, inChannels } = view;
  const channels = channelTile(outChannels);
  const width = tileWidth(columns.count);
  const height = TILE_PIXELS / width;
  const tilesX = Math.ceil(columns.count / width);
  const tilesY = Math.ceil(rows.count / height);
  const batch = x.shape[0];

  const taps = rows.taps * columns.taps;
  const tileStride = alignWindow(inChannels * taps * channels);
  const packed = packWeights(view, rows, columns, channels, tileStride);
  const kernel = gatherKernel(
    rows.taps,
    columns.taps,
    rows.inStep,
    height,
    width,
    channels,
    bias !== null,
  );
  for (const window of planWindows(outChannels, channels, inChannels, taps, tileStride)) {
    const parameters = {
      tiles: batch * tilesY * tilesX,
      tilesY,
      tilesX,
      inChannels,
      inHeight: x.shape[2],
      inWidth: x.shape[3],
      outChannels,
      outHeight: y.shape[2],
      outWidth: y.shape[3],
      rows: rows.count,
      columns: columns.count,
      rowStart: rows.inStart >>> 0,
      columnStart: columns.inStart >>> 0,
      outRowStart: rows.outStart,
      outColumnStart: columns.outStart,
      outStep: rows.outStep,
      tileStride: tileStride / 4,
      firstTile: window.firstTile,
      firstChannel: window.firstChannel,
      channelCount: window.channelCount,
    };
    x.device.launch(
      kernel,
      { x, y, ...(bias ? { bias } : {}), w: { tensor: packed, offset: window.offset } },
      parameters,
      [Math.ceil(parameters.tiles / GROUP), window.tileCount, 1],
      2 * batch * rows.count * columns.count * taps * window.channelCount *
        Math.min(window.tileCount * channels, outChannels - window.firstTile * channels),
    );
  }
}

/** Cuts the packed weights [channel tile][input channel][taps][channels] into uniform windows. */
function planWindows(
  outChannels: number,
  channels: number,
  inChannels: number,
  taps: number,
  tileStride: number,
) {
  const tiles = Math.ceil(outChannels / channels);
  if (tileStride <= WINDOW) {
    const perWindow = Math.floor(WINDOW / tileStride);
    return Array.from({ length: Math.ceil(tiles / perWindow) }, (_, i) => ({
      firstTile: i * perWindow,
      tileCount: Math.min(perWindow, tiles - i * perWindow),
      firstChannel: 0,
      channelCount: inChannels,
      offset: i * perWindow * tileStride,
    }));
  }
  // A multiple of 16 input channels keeps the offsets aligned whatever the taps are.
  const perWindow = Math.floor(WINDOW / (taps * channels * 16)) * 16;
  if (perWindow === 0) {
    throw new RangeError(`convolution: a kernel of ${taps} taps is too large for uniform windows`);
  }
  const runs = Math.ceil(inChannels / perWindow);
  return Array.from({ length: tiles * runs }, (_, i) => {
    const firstTile = Math.floor(i / runs);
    const firstChannel = (i % runs) * perWindow;
    return {
      firstTile,
      tileCount: 1,
      firstChannel,
      channelCount: Math.min(perWindow, inChannels - firstChannel),
      offset: firstTile * tileStride + firstChannel * taps * channels,
    };
  });
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

const gatherKernel = variants((
  tapsY: number,
  tapsX: number,
  inStep: number,
  height: number,
  width: number,
  channels: number,
  withBias: boolean,
) => {
  // Rows of taps unrolled together: all of a small kernel; one by one, in a loop, of a large one.
  const unrolled = tapsY * tapsX <= 9 ? tapsY : 1;
  const pixels = range(height).flatMap((i) => range(width).map((j) => [i, j]));
  const rowOffsets = [
    ...new Set(range(height).flatMap((i) => range(unrolled).map((t) => i * inStep + t))),
  ];
  const columnOffsets = range((width - 1) * inStep + tapsX);
  const vectors = range(channels / 4);

  const loads = rowOffsets.map((r) =>
    `let row${r} = row + ${r}; let inside${r} = u32(row${r}) < p.inHeight;
    let at${r} = plane + u32(row${r} * i32(p.inWidth) + column);\n` +
    columnOffsets.map((c) =>
      `let x${r}_${c} = select(0.0, x[at${r} + ${c}u], inside${r} && inside_column${c});\n`
    ).join("")
  ).join("");
  // Channel by channel, so that a channel's accumulators stay in registers over the taps.
  const products = vectors.map((q) =>
    range(unrolled * tapsX).map((t) => `let w${q}_${t} = w[at + ${t * channels / 4 + q}u];\n`)
      .join("") +
    range(4).map((lane) =>
      range(unrolled).flatMap((ty) =>
        range(tapsX).flatMap((tx) =>
          pixels.map(([i, j]) => {
            const sum = `a${q * 4 + lane}_${i}_${j}`;
            const weight = `w${q}_${ty * tapsX + tx}.${"xyzw"[lane]}`;
            return `${sum} = fma(x${i * inStep + ty}_${j * inStep + tx}, ${weight}, ${sum});\n`;
          })
        )
      ).join("")
    ).join("")
  ).join("");
  const each = (emit: (channel: number, i: number, j: number) => string) =>
    range(channels).map((o) => pixels.map(([i, j]) => emit(o, i, j)).join("")).join("");

  return new Kernel({
    name: `convolution ${tapsY}x${tapsX} step ${inStep} tile ${height}x${width}x${channels}`,
    read: withBias ? ["x", "bias"] : ["x"],
    write: ["y"],
    windows: { w: WINDOW / 4 },
    sizes: [
      "tiles",
      "tilesY",
      "tilesX",
      "inChannels",
      "inHeight",
      "inWidth",
      "outChannels",
      "outHeight",
      "outWidth",
      "rows",
      "columns",
      "rowStart",
      "columnStart",
      "outRowStart",
      "outColumnStart",
      "outStep",
      "tileStride",
      "firstTile",
      "firstChannel",
      "channelCount",
    ],
    source: `
@compute @workgroup_size(${GROUP}) fn main(
  @builtin(global_invocation_id) id: vec3<u32>, @builtin(workgroup_id) group: vec3<u32>) {
  let tile = id.x;
  if (tile >= p.tiles) { return; }
  let n = tile / (p.tilesX * p.tilesY);
  let u = (tile / p.tilesX) % p.tilesY * ${height}u;
  let v = tile % p.tilesX * ${width}u;
  let firstRow = i32(u * ${inStep}u + p.rowStart);
  let column = i32(v * ${inStep}u + p.columnStart);
  ${columnOffsets.map((c) => `let inside_column${c} = u32(column + ${c}) < p.inWidth;\n`).join("")}
  let o = (p.firstTile + group.y) * ${channels}u;
  ${each((c, i, j) => `var a${c}_${i}_${j} = 0.0;\n`)}
  var plane = (n * p.inChannels + p.firstChannel) * p.inHeight * p.inWidth;
  var at = group.y * p.tileStride;
  for (var c = 0u; c < p.channelCount; c++) {
    ${
      unrolled === tapsY
        ? `let row = firstRow;`
        : `for (var ty = 0; ty < ${tapsY}; ty++) { let row = firstRow + ty;`
    }
    ${loads}${products}
    at += ${unrolled * tapsX * channels / 4}u;
    ${unrolled === tapsY ? "" : "}"}
    plane += p.inHeight * p.inWidth;
  }
  // A loop, not unrolled stores: these take drivers longer to compile than all the rest.
  var sums: array<f32, ${channels * TILE_PIXELS}>;
  ${each((c, i, j) => `sums[${c * TILE_PIXELS + i * width + j}] = a${c}_${i}_${j};\n`)}
  for (var c = 0u; c < min(${channels}u, p.outChannels - o); c++) {
    for (var i = 0u; i < ${TILE_PIXELS}u; i++) {
      let y_row = u + i / ${width}u;
      let y_column = v + i % ${width}u;
      if (y_row < p.rows && y_column < p.columns) {
        let to = ((n * p.outChannels + o + c) * p.outHeight + p.outRowStart + y_row * p.outStep)
          * p.outWidth + p.outColumnStart + y_column * p.outStep;
        // Later windows of input channels add to what the earlier ones wrote.
        var sum = sums[c * ${TILE_PIXELS}u + i];
        if (p.firstChannel > 0u) { sum += y[to]; }${withBias ? " else { sum += bias[o + c]; }" : ""}
        y[to] = sum;
      }
    }
  }
}`,
  });
});
