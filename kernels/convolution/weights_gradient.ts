/**
 * Gradient of a convolution's weights: the correlation of a small map with a large one,
 *
 *   dw[a, b, ky, kx] = sum over n, u, v of small[n, a, u, v] large[n, b, u stride + ky - padding, v ...]
 *
 * For conv2d small is the upstream gradient and large the input; for the transposed one the other
 * way round. Thread: all kx of one (b, ky) for a tile of `channels` values of a. Lanes run over (b, ky);
 * the small map is the same for all lanes, so it is packed as [tile of a][row][column][a] with rows
 * n H + u, and comes through 64 KiB uniform windows, each adding its rows to dw in order.
 * Grid: x = B kernelHeight / 32.
 */
import { elementGroups, elementKernel, Kernel, variants } from "../../engine/kernel.ts";
import type { Shape, Tensor } from "../../engine/tensor.ts";
import {
  alignWindow,
  channelTile,
  type ConvolutionOptions,
  tileWidth,
  WINDOW,
} from "./geometry.ts";

const GROUP = 32;

/** Small [N, A, h, w], large [N, B, H, W] -> [A, B, kernelHeight, kernelWidth] of the given shape. */
export function weightsGradient(
  small: Tensor,
  large: Tensor,
  shape: Shape,
  { stride, padding }: ConvolutionOptions,
): Tensor {
  const { device } = small;
  const [batch, outer, height, width] = small.shape;
  const [, inner, kernelHeight, kernelWidth] = shape;
  const channels = channelTile(outer);
  const pixels = tileWidth(width);
  const rowValues = Math.ceil(width / pixels) * pixels * channels;
  const rowsPerWindow = Math.min(Math.floor(WINDOW / rowValues), batch * height);
  if (rowsPerWindow === 0) {
    throw new RangeError(
      `weights gradient: rows of ${width} pixels are too wide for uniform windows`,
    );
  }
  const windows = Math.ceil(batch * height / rowsPerWindow);
  const windowStride = alignWindow(rowsPerWindow * rowValues);
  const tiles = Math.ceil(outer / channels);

  const result = device.empty(shape);
  const kernel = correlationKernel(kernelWidth, stride, pixels, channels);
  device.scope(() => {
    const packed = packRows(small, { channels, rowValues, rowsPerWindow, windows, windowStride });
    for (let tile = 0; tile < tiles; tile++) {
      for (let window = 0; window < windows; window++) {
        const firstRow = window * rowsPerWindow;
        device.launch(
          kernel,
          {
            large,
            result,
            small: { tensor: packed, offset: (tile * windows + window) * windowStride },
          },
          {
            threads: inner * kernelHeight,
            kernelHeight,
            outer,
            inner,
            height,
            blocks: rowValues / (pixels * channels),
            largeHeight: large.shape[2],
            largeWidth: large.shape[3],
            padding,
            firstOuter: tile * channels,
            firstRow,
            rows: Math.min(rowsPerWindow, batch * height - firstRow),
          },
          [Math.ceil(inner * kernelHeight / GROUP), 1, 1],
          2 * inner * kernelHeight * kernelWidth * width *
            Math.min(channels, outer - tile * channels) *
            Math.min(rowsPerWindow, batch * height - firstRow),
        );
      }
    }
  });
  return result;
}

const packRowsKernel = elementKernel({
  name: "pack_rows",
  read: ["small"],
  write: ["packed"],
  sizes: [
    "windowStride",
    "windows",
    "rowsPerWindow",
    "rowValues",
    "channels",
    "outer",
    "rows",
    "height",
    "width",
  ],
  source: `fn element(i: u32) {
  let within = i % p.windowStride;
  let window = i / p.windowStride;
  let a = window / p.windows * p.channels + within % p.channels;
  let v = within % p.rowValues / p.channels;
  let row_of_window = within / p.rowValues;
  let row = window % p.windows * p.rowsPerWindow + row_of_window;
  let inside = a < p.outer && v < p.width && row_of_window < p.rowsPerWindow && row < p.rows;
  let from_index = ((row / p.height * p.outer + a) * p.height + row % p.height) * p.width + v;
  packed[i] = select(0.0, small[from_index], inside);
}`,
});

function packRows(
  small: Tensor,
  layout: {
    channels: number;
    rowValues: number;
    rowsPerWindow: number;
    windows: number;
    windowStride: number;
  },
): Tensor {
  const [batch, outer, height, width] = small.shape;
  const count = Math.ceil(outer / layout.channels) * layout.windows * layout.windowStride;
  const packed = small.device.empty([count + WINDOW]);
  small.device.launch(packRowsKernel, { small, packed }, {
    count,
    ...layout,
    outer,
    rows: batch * height,
    height,
    width,
  }, elementGroups(count));
  return packed;
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

const correlationKernel = variants((
  kernelWidth: number,
  stride: number,
  pixels: number,
  channels: number,
) => {
  const columns = range((pixels - 1) * stride + kernelWidth);
  const sums = range(channels).flatMap((a) => range(kernelWidth).map((k) => ({ a, k })));
  const loads = columns.map((c) =>
    `let x${c} = select(0.0, large[at + ${c}u], inside && u32(column + ${c}) < p.largeWidth);\n`
  ).join("");
  const products = range(channels / 4).map((q) =>
    range(pixels).map((j) => `let s${q}_${j} = small[from_index + ${j * channels / 4 + q}u];\n`)
      .join("") +
    range(4).map((lane) =>
      range(pixels).flatMap((j) =>
        range(kernelWidth).map((k) => {
          const sum = `sum${q * 4 + lane}_${k}`;
          return `${sum} = fma(x${j * stride + k}, s${q}_${j}.${"xyzw"[lane]}, ${sum});\n`;
        })
      ).join("")
    ).join("")
  ).join("");
  return new Kernel({
    name: `weights_gradient ${kernelWidth} stride ${stride} tile ${pixels}x${channels}`,
    read: ["large"],
    write: ["result"],
    windows: { small: WINDOW / 4 },
    sizes: [
      "threads",
      "kernelHeight",
      "outer",
      "inner",
      "height",
      "blocks",
      "largeHeight",
      "largeWidth",
      "padding",
      "firstOuter",
      "firstRow",
      "rows",
    ],
    source: `
@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= p.threads) { return; }
  let b = id.x / p.kernelHeight;
  let ky = id.x % p.kernelHeight;
  ${sums.map(({ a, k }) => `var sum${a}_${k} = 0.0;\n`).join("")}
  var from_index = 0u;
  for (var r = 0u; r < p.rows; r++) {
    let row = p.firstRow + r;
    let y = i32(row % p.height * ${stride}u + ky) - i32(p.padding);
    let inside = u32(y) < p.largeHeight;
    let line = i32((row / p.height * p.inner + b) * p.largeHeight) + y;
    for (var block = 0u; block < p.blocks; block++) {
      let column = i32(block * ${pixels * stride}u) - i32(p.padding);
      let at = u32(line * i32(p.largeWidth) + column);
      ${loads}${products}
      from_index += ${pixels * channels / 4}u;
    }
  }
  // A loop, not unrolled stores: these take drivers longer to compile than all the rest.
  var results: array<f32, ${channels * kernelWidth}>;
  ${sums.map(({ a, k }) => `results[${a * kernelWidth + k}] = sum${a}_${k};\n`).join("")}
  for (var a = 0u; a < min(${channels}u, p.outer - p.firstOuter); a++) {
    for (var kx = 0u; kx < ${kernelWidth}u; kx++) {
      let to = (((p.firstOuter + a) * p.inner + b) * p.kernelHeight + ky) * ${kernelWidth}u + kx;
      var total = results[a * ${kernelWidth}u + kx];
      if (p.firstRow > 0u) { total += result[to]; }
      result[to] = total;
    }
  }
}`,
  });
});
