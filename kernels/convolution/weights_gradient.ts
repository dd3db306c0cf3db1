/**
 * Gradient of a convolution's weights: the correlation of a small map with a large one,
 *
 *   dw[a, b, ky, kx] = sum over n, u, v of small[n, a, u, v] large[n, b, u stride + ky - padding, v ...]
 *
 * For conv2d small is the upstream gradient and large the input; for the transposed one the other
 * way round. Thread: all taps of one b for a tile of `channels` values of a, so that a value of either
 * map serves many products. Lanes run over b; the small map is the same for all lanes, so it is packed
 * as [tile of a][row][column][a] with rows n h + u, and comes through 64 KiB uniform windows of some
 * tiles and rows. A window's rows are dealt to some parts, so that few b keep all cores busy; every
 * part writes its own partial sums [part][a][tap][b], which a second kernel adds up in order; a sole part
 * writes dw itself.
 * Grids: x = B / group, y = tiles of the window, z = parts; and x = B / 64, y = A taps.
 */
import { elementGroups, elementKernel, Kernel, variants } from "../../engine/kernel.ts";
import type { Shape, Tensor } from "../../engine/tensor.ts";
import { channelTile, type ConvolutionOptions, paddings, QUOTIENT, tileSide } from "./geometry.ts";
import { packRows, planRows } from "./pack_rows.ts";
import { operandRoutes, type Route, tunings } from "./tuning.ts";

/** Small [N, A, h, w], large [N, B, H, W] -> [A, B, kernelHeight, kernelWidth] of the given shape. */
export function weightsGradient(
  small: Tensor,
  large: Tensor,
  shape: Shape,
  options: ConvolutionOptions,
): Tensor {
  const { device } = small;
  const { stride } = options;
  const [paddingY, paddingX] = paddings(options);
  const [, outer, height, width] = small.shape;
  const [, inner, kernelHeight, kernelWidth] = shape;
  const taps = kernelHeight * kernelWidth;
  const { group, sums, products, wantedGroups, route, channelsLast } = tunings[device.kind];
  const groups = Math.ceil(inner / group);
  const channels = channelTile(outer, Math.max(4, powerOfTwo(sums / taps)));
  const pixels = tileSide(width, Math.max(1, powerOfTwo(products / (taps * channels))));
  const layout = planRows(small, { channels, pixels, most: operandRoutes[route].most });
  const { windows, rowsPerWindow, tilesPerWindow } = layout;
  const parts = Math.min(Math.ceil(wantedGroups / (groups * tilesPerWindow)), rowsPerWindow);
  const rowsPerPart = Math.ceil(rowsPerWindow / parts);
  const result = device.empty(shape);
  const kernel = correlationKernel(
    kernelHeight,
    kernelWidth,
    stride,
    pixels,
    channels,
    group,
    route,
    channelsLast,
  );
  device.scope(() => {
    const packed = packRows(small, layout);
    const arranged = channelsLast ? putChannelsLast(large) : large;
    const sole = layout.runs * parts === 1;
    const partSums = sole ? result : device.empty([layout.runs * parts, outer, taps, inner]);
    for (const { offset, firstTile, tiles, run, firstRow, rows } of windows) {
      const outers = Math.min(tiles * channels, outer - firstTile * channels);
      device.launch(
        kernel,
        {
          large: arranged,
          sums: partSums,
          small: route === "uniform" ? { tensor: packed, offset } : packed,
        },
        {
          outer,
          inner,
          height,
          blocks: layout.rowValues / (pixels * channels),
          largeHeight: large.shape[2],
          largeWidth: large.shape[3],
          paddingY,
          paddingX,
          firstTile,
          firstPart: run * parts,
          firstRow,
          rows,
          rowsPerPart,
          innerStride: sole ? taps : 1,
          tapStride: sole ? 1 : inner,
          rowVectors: layout.rowValues / 4,
          tileVectors: layout.tileStride / 4,
        },
        [groups, tiles, parts],
        2 * outers * inner * taps * rows * width,
      );
    }
    if (sole) return;
    const sizes = { count: result.size, parts: layout.runs * parts, inner, taps };
    const grid = [Math.ceil(inner / ADD_GROUP), outer * taps, 1] as const;
    device.launch(addKernel, { sums: partSums, result }, sizes, grid);
  });
  return result;
}

/** The largest power of two up to `most`. */
function powerOfTwo(most: number): number {
  return 2 ** Math.floor(Math.log2(most));
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

const correlationKernel = variants((
  kernelHeight: number,
  kernelWidth: number,
  stride: number,
  pixels: number,
  channels: number,
  group: number,
  route: Route,
  channelsLast: boolean,
) => {
  const taps = range(kernelHeight).flatMap((y) => range(kernelWidth).map((x) => ({ y, x })));
  const columns = range((pixels - 1) * stride + kernelWidth);
  const sums = range(channels).flatMap((a) => taps.map(({ y, x }) => `sum${a}_${y}_${x}`));
  const pixelStride = channelsLast ? "i32(p.inner)" : "1";
  const rows = range(kernelHeight).map((ky) =>
    `let y${ky} = i32(u * ${stride}u) + ${ky} - i32(p.paddingY);
    let inside${ky} = u32(y${ky}) < p.largeHeight;
    let line${ky} = plane + y${ky} * i32(p.largeWidth) * ${pixelStride};\n`
  ).join("");
  const insideColumns = columns.map((c) =>
    `let inside_column${c} = u32(column + ${c}) < p.largeWidth;\n`
  ).join("");
  const loads = range(kernelHeight).map((ky) =>
    `let at${ky} = u32(line${ky} + column * ${pixelStride});\n` +
    columns.map((c) =>
      `let x${ky}_${c} = select(0.0, large[at${ky} + ${c}u * u32(${pixelStride})], inside${ky} && inside_column${c});\n`
    ).join("")
  ).join("");
  // Channel by channel, so that a channel's sums stay in registers over the pixels.
  const products = range(channels / 4).map((q) =>
    range(pixels).map((j) => `let s${q}_${j} = small[from_index + ${j * channels / 4 + q}u];\n`)
      .join("") +
    range(4).map((lane) =>
      range(pixels).flatMap((j) =>
        taps.map(({ y, x }) => {
          const sum = `sum${q * 4 + lane}_${y}_${x}`;
          return `${sum} = fma(x${y}_${j * stride + x}, s${q}_${j}.${"xyzw"[lane]}, ${sum});\n`;
        })
      ).join("")
    ).join("")
  ).join("");
  return new Kernel({
    name:
      `weights_gradient ${kernelHeight}x${kernelWidth} stride ${stride} tile ${pixels}x${channels}`,
    read: ["large"],
    write: ["sums"],
    ...operandRoutes[route].windows("small"),
    sizes: [
      "outer",
      "inner",
      "height",
      "blocks",
      "largeHeight",
      "largeWidth",
      "paddingY",
      "paddingX",
      "firstTile",
      "firstPart",
      "firstRow",
      "rows",
      "rowsPerPart",
      "innerStride",
      "tapStride",
      "rowVectors",
      "tileVectors",
    ],
    source: `${QUOTIENT}
@compute @workgroup_size(${group}) fn main(
  @builtin(global_invocation_id) id: vec3<u32>, @builtin(workgroup_id) group: vec3<u32>) {
  let b = id.x;
  if (b >= p.inner) { return; }
  ${sums.map((sum) => `var ${sum} = 0.0;\n`).join("")}
  let area = p.largeHeight * p.largeWidth;
  let first_row = group.z * p.rowsPerPart;
  let end_row = min(first_row + p.rowsPerPart, p.rows);
  var from_index = group.y * p.tileVectors + first_row * p.rowVectors;
  // One loop over rows and blocks: nested ones would copy all the sums at each level.
  for (var turn = first_row * p.blocks; turn < end_row * p.blocks; turn++) {
    let r = quotient(turn, p.blocks);
    let n = quotient(p.firstRow + r, p.height);
    let u = p.firstRow + r - n * p.height;
    let plane = ${channelsLast ? "i32(n * p.inner * area + b)" : "i32((n * p.inner + b) * area)"};
    let column = i32((turn - r * p.blocks) * ${pixels * stride}u) - i32(p.paddingX);
    ${rows}${insideColumns}${loads}${products}
    from_index += ${pixels * channels / 4}u;
  }
  // A loop, not unrolled stores: these take drivers longer to compile than all the rest.
  var values: array<f32, ${sums.length}>;
  ${sums.map((sum, i) => `values[${i}] = ${sum};\n`).join("")}
  let first = (p.firstTile + group.y) * ${channels}u;
  var to = ((p.firstPart + group.z) * p.outer + first) * p.inner * ${taps.length}u + b * p.innerStride;
  for (var a = 0u; a < min(${channels}u, p.outer - first); a++) {
    for (var tap = 0u; tap < ${taps.length}u; tap++) {
      sums[to + tap * p.tapStride] = values[a * ${taps.length}u + tap];
    }
    to += p.inner * ${taps.length}u;
  }
}`,
  });
});

/** x [N, C, H, W] as [N, H, W, C]. */
function putChannelsLast(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape;
  const y = x.device.empty([batch, height, width, channels]);
  const sizes = { count: x.size, channels, area: height * width };
  x.device.launch(channelsLastKernel, { x, y }, sizes, elementGroups(x.size));
  return y;
}

const channelsLastKernel = elementKernel({
  name: "channels_last",
  read: ["x"],
  write: ["y"],
  sizes: ["channels", "area"],
  source: `fn element(i: u32) {
  let pixel = i / p.channels;
  let n = pixel / p.area;
  y[i] = x[(n * p.channels + i % p.channels) * p.area + pixel % p.area];
}`,
});

const ADD_GROUP = 64;

const addKernel = new Kernel({
  name: "add_weights_gradients",
  read: ["sums"],
  write: ["result"],
  sizes: ["count", "parts", "inner", "taps"],
  source: `${QUOTIENT}
// Lanes run over b in the sums [part][a][tap][b]; the result is [a][b][tap].
@compute @workgroup_size(${ADD_GROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let b = id.x;
  if (b >= p.inner) { return; }
  let row = id.y;
  let a = quotient(row, p.taps);
  var total = 0.0;
  for (var part = 0u; part < p.parts; part++) { total += sums[part * p.count + row * p.inner + b]; }
  result[(a * p.inner + b) * p.taps + row - a * p.taps] = total;
}`,
});
