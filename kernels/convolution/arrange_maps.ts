/** The maps as the gradient of the weights reads them: rows of the small one packed, the large one padded. */
import { elementGroups, elementKernel, namesOf, variants } from "../../engine/kernel.ts";
import type { Shape, Tensor } from "../../engine/tensor.ts";
import { QUOTIENT } from "../wgsl.ts";
import { alignWindow, WINDOW } from "./geometry.ts";
import { LEAK } from "./leak.ts";

/** A part of the packed rows that one uniform window holds. */
export interface RowWindow {
  /** In values of the packed tensor. */
  readonly offset: number;
  readonly firstTile: number;
  readonly tiles: number;
  /** Which of the runs of rows. */
  readonly run: number;
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Rows n h + u of [N, A, h, w] as [group of tiles][run of rows][tile][row][column][channel of the tile],
 * columns padded with zeros to whole blocks of `pixels`, a window for each group and run.
 */
export interface RowLayout {
  readonly channels: number;
  readonly pixels: number;
  readonly tilesPerWindow: number;
  readonly rowsPerWindow: number;
  /** Values of a row of a tile, and of all rows of a tile in a window. */
  readonly rowValues: number;
  readonly tileStride: number;
  readonly windowStride: number;
  readonly runs: number;
  readonly windows: readonly RowWindow[];
}

/**
 * Plans windows of `most` values: of as many rows as fit, and of several tiles where they hold all rows.
 * @throws RangeError when a row is too wide for a window.
 */
export function planRows(
  small: Tensor,
  { channels, pixels, most }: { channels: number; pixels: number; most: number },
): RowLayout {
  const [batch, outer, height, width] = small.shape;
  const allRows = batch * height;
  const allTiles = Math.ceil(outer / channels);
  const rowValues = Math.ceil(width / pixels) * pixels * channels;
  const rowsThatFit = Math.floor(most / rowValues);
  if (rowsThatFit === 0) {
    throw new RangeError(
      `weights gradient: rows of ${width} pixels are too wide for uniform windows`,
    );
  }
  const tilesPerWindow = Math.min(allTiles, Math.max(1, Math.floor(rowsThatFit / allRows)));
  const rowsPerWindow = Math.min(allRows, Math.floor(rowsThatFit / tilesPerWindow));
  const tileStride = rowsPerWindow * rowValues;
  const windowStride = alignWindow(tilesPerWindow * tileStride);
  const runs = Math.ceil(allRows / rowsPerWindow);
  const windows: RowWindow[] = [];
  for (let firstTile = 0; firstTile < allTiles; firstTile += tilesPerWindow) {
    for (let firstRow = 0; firstRow < allRows; firstRow += rowsPerWindow) {
      windows.push({
        offset: windows.length * windowStride,
        firstTile,
        tiles: Math.min(tilesPerWindow, allTiles - firstTile),
        run: firstRow / rowsPerWindow,
        firstRow,
        rows: Math.min(rowsPerWindow, allRows - firstRow),
      });
    }
  }
  return {
    channels,
    pixels,
    tilesPerWindow,
    rowsPerWindow,
    rowValues,
    tileStride,
    windowStride,
    runs,
    windows,
  };
}

/**
 * A copy of the large map [N, C, H, W] as
 * [N][row][block of channels][run of columns][channel of the block][column of the run], in which no tap of any pixel
 * lies outside: with zeros round it, and channels beyond the last.
 */
export interface LargeCopy {
  /** Columns of a run, which a channel reads at once. */
  readonly run: 1 | 4;
  /** Channels of a block. */
  readonly lanes: number;
  readonly blocks: number;
  readonly height: number;
  /** A multiple of the run. */
  readonly width: number;
  /** Zero rows above, and zero columns to the left. */
  readonly paddings: readonly [rows: number, columns: number];
}

/** The shape of a copy of `batch` maps. */
export function copyShape({ run, lanes, blocks, height, width }: LargeCopy, batch: number): Shape {
  return [batch, height, blocks, width / run, lanes, run];
}

/** The parameters of `arrangeKernel` but for the count. */
function arrangeParameters(
  small: Tensor,
  large: Tensor,
  { windows: _windows, pixels: _pixels, ...strides }: RowLayout,
  copy: LargeCopy | null,
) {
  const [batch, outer, height, width] = small.shape;
  const [, largeChannels, largeHeight, largeWidth] = large.shape;
  const paddedOuter = Math.ceil(outer / strides.channels) * strides.channels;
  return {
    packers: batch * height * paddedOuter,
    outer,
    paddedOuter,
    height,
    width,
    paddedWidth: strides.rowValues / strides.channels,
    ...strides,
    largeChannels,
    largeHeight,
    largeWidth,
    copyBlocks: copy?.blocks ?? 0,
    copyHeight: copy?.height ?? 0,
    copyRuns: copy ? copy.width / copy.run : 0,
    paddingY: copy?.paddings[0] ?? 0,
    paddingX: copy?.paddings[1] ?? 0,
  };
}

/**
 * A thread packs a row of one channel, padding included, as threads run over the padded channels of each row. Threads
 * beyond those, where there are any, make a value each of the large map's copy, through a leaky ReLU.
 * Grid: `elementGroups`.
 */
const arrangeKernel = variants((
  { copy }: { copy: Pick<LargeCopy, "run" | "lanes"> | null },
  parameters: ReturnType<typeof arrangeParameters>,
) =>
  elementKernel({
    name: copy ? "arrange_maps" : "pack_rows",
    read: ["small", ...copy ? ["large"] : []],
    write: ["packed", ...copy ? ["arranged"] : []],
    sizes: namesOf(parameters),
    scalars: ["slope"],
    source: `${QUOTIENT}
fn pack_row(i: u32) {
  let row = i / p.paddedOuter;
  let a = i - row * p.paddedOuter;
  let n = quotient(row, p.height);
  let tile = quotient(a, p.channels);
  let group = quotient(tile, p.tilesPerWindow);
  let run = quotient(row, p.rowsPerWindow);
  var to = (group * p.runs + run) * p.windowStride
    + (tile - group * p.tilesPerWindow) * p.tileStride
    + (row - run * p.rowsPerWindow) * p.rowValues + a - tile * p.channels;
  let from_index = ((n * p.outer + a) * p.height + row - n * p.height) * p.width;
  for (var v = 0u; v < p.paddedWidth; v++) {
    packed[to] = select(0.0, small[from_index + v], a < p.outer && v < p.width);
    to += p.channels;
  }
}
${copy ? copying(copy) : "fn element(i: u32) { pack_row(i); }"}`,
  })
);

const copying = ({ run, lanes }: Pick<LargeCopy, "run" | "lanes">) =>
  `${LEAK}
fn element(i: u32) {
  if (i < p.packers) {
    pack_row(i);
    return;
  }
  let at = i - p.packers;
  let run = at / ${run * lanes}u;
  let block = run / p.copyRuns;
  let row = block / p.copyBlocks;
  let n = row / p.copyHeight;
  let c = block % p.copyBlocks * ${lanes}u + at / ${run}u % ${lanes}u;
  // Above and left of the map they wrap around, which is beyond it too.
  let y = row % p.copyHeight - p.paddingY;
  let x = run % p.copyRuns * ${run}u + at % ${run}u - p.paddingX;
  let inside = c < p.largeChannels && y < p.largeHeight && x < p.largeWidth;
  let from_index = ((n * p.largeChannels + c) * p.largeHeight + y) * p.largeWidth + x;
  arranged[at] = select(0.0, leaky_relu(large[from_index]), inside);
}`;

/**
 * Packs `small` [N, A, h, w] as planned and, where a copy is planned, makes that of `large` [N, C, H, W], through a
 * leaky ReLU of that slope; else gives it back.
 */
export function arrangeMaps(
  small: Tensor,
  large: Tensor,
  layout: RowLayout,
  copy: LargeCopy | null,
  slope: number,
): { packed: Tensor; arranged: Tensor } {
  const { device } = small;
  // The last window reaches beyond what is packed.
  const packed = device.empty([layout.windows.length * layout.windowStride + WINDOW]);
  const arranged = copy ? device.empty(copyShape(copy, small.shape[0])) : large;
  const parameters = arrangeParameters(small, large, layout, copy);
  const count = parameters.packers + (copy ? arranged.size : 0);
  const ways = { copy: copy && { run: copy.run, lanes: copy.lanes } };
  const bindings = { small, packed, ...copy ? { large, arranged } : {} };
  const given = { count, ...parameters, slope };
  device.launch(arrangeKernel(ways, parameters), bindings, given, elementGroups(count));
  return { packed, arranged };
}
