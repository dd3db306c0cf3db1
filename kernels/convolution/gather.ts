/**
 * The tiled implicit-GEMM template behind conv2d, its gradient with respect to the input, and both of
 * the transposed convolution: every output pixel GATHERS taps of the input,
 *
 *   y[n, o, outStart + u outStep] = bias[o] + sum over c, r, t of
 *     x[n, c, (u + t) residues + r + inStart] w[o, c, r, t],    r < residues, t < taps
 *
 * (the same along both axes). A convolution of stride s is the sum of s x s such gathers of stride 1, one
 * for each residue r of the input's places, so that neighbouring outputs share what they read; a
 * transposed convolution has one residue and is s x s gathers, one for each phase of its output. Neither
 * inserts zeros.
 *
 * Thread: a tile of tileHeight x tileWidth pixels by `channels` output channels. Lanes run over pixel
 * tiles of the whole batch; the weights of a step are the same for all lanes, so they come through 64 KiB
 * uniform windows (pack.ts). A later window of input channels adds to what the earlier ones wrote.
 * Grid: x = pixel tiles / group, y = channel tiles of the window.
 */
import { Kernel, variants } from "../../engine/kernel.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { channelTile, QUOTIENT, tileSide, type WeightView, WINDOW } from "./geometry.ts";
import { type Axis, packWeights, planWeights } from "./pack.ts";
import { tunings } from "./tuning.ts";

/** Where the gather reads and writes along one axis. */
export interface GatherAxis extends Axis {
  /** Number of output positions u. */
  readonly count: number;
  readonly outStart: number;
  readonly outStep: number;
  readonly inStart: number;
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
  const { device, shape: [batch, , inHeight, inWidth] } = x;
  const { group, tile: [mostRows, mostColumns], channels: mostChannels, wantedGroups } =
    tunings[device.kind];
  const taps = rows.taps * columns.taps;
  const channels = channelTile(view.outChannels, mostChannels(taps));
  const height = tileSide(rows.count, mostRows);
  const width = tileSide(columns.count, mostColumns);
  const tilesY = Math.ceil(rows.count / height);
  const tilesX = Math.ceil(columns.count / width);
  const tiles = batch * tilesY * tilesX;
  const groups = Math.ceil(tiles / group);
  const layout = planWeights(view, rows, columns, {
    channels,
    wantedTiles: Math.ceil(wantedGroups / groups),
  });
  const packed = packWeights(view, rows, columns, layout);
  const kernel = gatherKernel(
    [rows.taps, columns.taps].join("x"),
    [rows.residues, columns.residues].join("x"),
    [height, width, channels].join("x"),
    group,
    bias !== null,
  );
  for (const window of layout.windows) {
    const outputs = Math.min(
      window.tiles * channels,
      view.outChannels - window.firstTile * channels,
    );
    device.launch(
      kernel,
      { x, y, ...(bias ? { bias } : {}), w: { tensor: packed, offset: window.offset } },
      {
        tiles,
        tilesY,
        tilesX,
        inChannels: view.inChannels,
        inHeight,
        inWidth,
        outChannels: view.outChannels,
        outHeight: y.shape[2],
        outWidth: y.shape[3],
        rows: rows.count,
        columns: columns.count,
        rowStart: rows.inStart >>> 0,
        columnStart: columns.inStart >>> 0,
        outRowStart: rows.outStart,
        outColumnStart: columns.outStart,
        outStep: rows.outStep,
        tileVectors: layout.channelsPerWindow * layout.stepValues / 4,
        firstTile: window.firstTile,
        firstChannel: window.firstChannel,
        channelCount: window.channelCount,
      },
      [groups, window.tiles, 1],
      2 * batch * rows.count * columns.count * outputs * window.channelCount * taps *
        rows.residues * columns.residues,
    );
  }
}

/** Unrolls the taps of a step together up to so many, else row by row: code beyond the cache is slow. */
const MOST_UNROLLED_TAPS = 9;

const range = (length: number) => Array.from({ length }, (_, i) => i);
const sizesOf = (text: string) => text.split("x").map(Number);

const gatherKernel = variants((
  tapSizes: string,
  residueSizes: string,
  tile: string,
  group: number,
  withBias: boolean,
) => {
  const [tapsY, tapsX] = sizesOf(tapSizes);
  const [residuesY, residuesX] = sizesOf(residueSizes);
  const [height, width, channels] = sizesOf(tile);
  const whole = tapsY * tapsX <= MOST_UNROLLED_TAPS;
  const unrolled = whole ? tapsY : 1;
  const rowTurns = tapsY / unrolled;
  const turns = residuesY * residuesX * rowTurns;
  const pixels = range(height).flatMap((i) => range(width).map((j) => [i, j]));
  const rows = range(height + unrolled - 1);
  const columns = range(width + tapsX - 1);

  const insideColumns = columns.map((c) =>
    `let inside_column${c} = u32(column + ${c * residuesX}) < p.inWidth;\n`
  ).join("");
  const loads = rows.map((r) =>
    `let row${r} = row + ${r * residuesY}; let inside${r} = u32(row${r}) < p.inHeight;
    let at${r} = plane + u32(row${r} * i32(p.inWidth) + column);\n` +
    columns.map((c) =>
      `let x${r}_${c} = select(0.0, x[at${r} + ${
        c * residuesX
      }u], inside${r} && inside_column${c});\n`
    ).join("")
  ).join("");
  // Channel by channel, so that a channel's sums stay in registers over the taps.
  const products = range(channels / 4).map((q) =>
    range(unrolled * tapsX).map((t) => `let w${q}_${t} = w[at + ${t * channels / 4 + q}u];\n`)
      .join("") +
    range(4).map((lane) =>
      range(unrolled).flatMap((ty) =>
        range(tapsX).flatMap((tx) =>
          pixels.map(([i, j]) => {
            const sum = `sum${q * 4 + lane}_${i}_${j}`;
            const weight = `w${q}_${ty * tapsX + tx}.${"xyzw"[lane]}`;
            return `${sum} = fma(x${i + ty}_${j + tx}, ${weight}, ${sum});\n`;
          })
        )
      ).join("")
    ).join("")
  ).join("");
  const sums = range(channels).flatMap((o) => pixels.map(([i, j]) => `sum${o}_${i}_${j}`));
  const stores = pixels.map(([i, j], k) =>
    `if (u + ${i}u < p.rows && v + ${j}u < p.columns) {
      let at = to + ${i}u * p.outStep * p.outWidth + ${j}u * p.outStep;
      var sum = sums[c * ${pixels.length}u + ${k}u];
      if (p.firstChannel > 0u) { sum += y[at]; }${withBias ? " else { sum += bias[o + c]; }" : ""}
      y[at] = sum;
    }\n`
  ).join("");

  return new Kernel({
    name: `convolution ${tapSizes} residues ${residueSizes} tile ${tile}`,
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
      "tileVectors",
      "firstTile",
      "firstChannel",
      "channelCount",
    ],
    source: `${QUOTIENT}
@compute @workgroup_size(${group}) fn main(
  @builtin(global_invocation_id) id: vec3<u32>, @builtin(workgroup_id) group: vec3<u32>) {
  if (id.x >= p.tiles) { return; }
  let line = quotient(id.x, p.tilesX);
  let n = quotient(line, p.tilesY);
  let u = (line - n * p.tilesY) * ${height}u;
  let v = (id.x - line * p.tilesX) * ${width}u;
  let firstRow = i32(u * ${residuesY}u + p.rowStart);
  let firstColumn = i32(v * ${residuesX}u + p.columnStart);
  let o = (p.firstTile + group.y) * ${channels}u;
  ${sums.map((sum) => `var ${sum} = 0.0;\n`).join("")}
  let area = p.inHeight * p.inWidth;
  let first_plane = (n * p.inChannels + p.firstChannel) * area;
  var at = group.y * p.tileVectors;
  // One loop: nested ones would copy all the sums at each level.
  for (var turn = 0u; turn < p.channelCount * ${turns}u; turn++) {
    let part = turn % ${turns}u;
    let plane = first_plane + turn / ${turns}u * area;
    let row = firstRow + i32(part / ${
      residuesX * rowTurns
    }u) + i32(part % ${rowTurns}u) * ${residuesY};
    let column = firstColumn + i32(part / ${rowTurns}u % ${residuesX}u);
    ${insideColumns}${loads}${products}
    at += ${unrolled * tapsX * channels / 4}u;
  }
  // An array and a loop, as stores unrolled take drivers longer to compile than all the rest.
  var sums: array<f32, ${sums.length}>;
  ${sums.map((sum, i) => `sums[${i}] = ${sum};\n`).join("")}
  var to = ((n * p.outChannels + o) * p.outHeight + p.outRowStart + u * p.outStep) * p.outWidth
    + p.outColumnStart + v * p.outStep;
  for (var c = 0u; c < min(${channels}u, p.outChannels - o); c++) {
    ${stores}
    to += p.outHeight * p.outWidth;
  }
}`,
  });
});
