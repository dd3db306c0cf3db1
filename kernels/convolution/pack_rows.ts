/** Rows of a map packed for uniform windows: what the gradient of the weights reads as its small map. */
import { Kernel } from "../../engine/kernel.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { QUOTIENT } from "../wgsl.ts";
import { alignWindow, WINDOW } from "./geometry.ts";

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

const GROUP = 8;

// A thread packs a row of one channel, padding included. Grid: x = padded channels / 8, y = h, z = N.
const kernel = new Kernel({
  name: "pack_rows",
  read: ["small"],
  write: ["packed"],
  sizes: [
    "outer",
    "paddedOuter",
    "height",
    "width",
    "paddedWidth",
    "channels",
    "tilesPerWindow",
    "rowsPerWindow",
    "rowValues",
    "tileStride",
    "windowStride",
    "runs",
  ],
  source: `${QUOTIENT}
@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let a = id.x;
  if (a >= p.paddedOuter) { return; }
  let tile = quotient(a, p.channels);
  let group = quotient(tile, p.tilesPerWindow);
  let row = id.z * p.height + id.y;
  let run = quotient(row, p.rowsPerWindow);
  var to = (group * p.runs + run) * p.windowStride
    + (tile - group * p.tilesPerWindow) * p.tileStride
    + (row - run * p.rowsPerWindow) * p.rowValues + a - tile * p.channels;
  let from_index = ((id.z * p.outer + a) * p.height + id.y) * p.width;
  for (var v = 0u; v < p.paddedWidth; v++) {
    packed[to] = select(0.0, small[from_index + v], a < p.outer && v < p.width);
    to += p.channels;
  }
}`,
});

/** Packs `small` [N, A, h, w] as planned. */
export function packRows(small: Tensor, layout: RowLayout): Tensor {
  const [batch, outer, height, width] = small.shape;
  const { windows, pixels: _, ...strides } = layout;
  const paddedOuter = Math.ceil(outer / layout.channels) * layout.channels;
  // The last window reaches beyond what is packed.
  const packed = small.device.empty([windows.length * layout.windowStride + WINDOW]);
  small.device.launch(kernel, { small, packed }, {
    outer,
    paddedOuter,
    height,
    width,
    paddedWidth: layout.rowValues / layout.channels,
    ...strides,
  }, [Math.ceil(paddedOuter / GROUP), height, batch]);
  return packed;
}
