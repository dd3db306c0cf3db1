/**
 * Gradient of a convolution's weights: the correlation of a small map with a large one,
 *
 *   dw[a, b, ky, kx] = sum over n, u, v of small[n, a, u, v] large[n, b, u stride + ky - padding, v ...]
 *
 * For conv2d small is the upstream gradient and large the input; for the transposed one the other
 * way round. Thread: all taps of one b for a tile of `channels` values of a, so that a value of either
 * map serves many products. Lanes run over b; the small map is the same for all lanes, so it is packed
 * as [tile of a][row][column][a] with rows n h + u, and comes through windows of some tiles and rows
 * (tuning.ts: 64 KiB of uniforms, or all of it at once). A window's rows are dealt to some parts, so that few b keep all cores busy; every
 * part writes its own partial sums [part][a][tap][b], which a second kernel adds up in order; a sole part
 * writes dw itself.
 * Grids: x = B / group, y = tiles of the window, z = parts; and x = B / 64, y = A taps.
 */
import { Kernel, namesOf, variants } from "../../engine/kernel.ts";
import { type Groups, type Shape, sizeOf, type Tensor } from "../../engine/tensor.ts";
import { lines, QUOTIENT, range, storeTile, tileProducts, tileSums } from "../wgsl.ts";
import { channelTile, type ConvolutionOptions, paddings, tileSide } from "./geometry.ts";
import { leakyRelu } from "../elementwise.ts";
import {
  arrangeMaps,
  copyShape,
  type LargeCopy,
  planRows,
  type RowWindow,
} from "./arrange_maps.ts";
import { mostValues, operandIn, tuningOf } from "../tuning.ts";

/**
 * Small [N, A, h, w], large [N, B, H, W] -> [A, B, kernelHeight, kernelWidth] of the given shape. The large map goes
 * through a leaky ReLU of that slope first; 1 leaves it as it is.
 */
export function weightsGradient(
  small: Tensor,
  large: Tensor,
  shape: Shape,
  options: ConvolutionOptions,
  slope = 1,
): Tensor {
  const { device } = small;
  const { variant, layout, copy, parts, launches } = planCorrelation(small, large, shape, options);
  const result = device.empty(shape);
  device.scope(() => {
    const { packed, arranged } = arrangeMaps(
      small,
      copy || slope === 1 ? large : leakyRelu(large, slope),
      layout,
      copy,
      slope,
    );
    const [outer, inner, kernelHeight, kernelWidth] = shape;
    const taps = kernelHeight * kernelWidth;
    const sums = parts === 1 ? result : device.empty([parts, outer, taps, inner]);
    for (const { offset, parameters, groups, flops } of launches) {
      const kernel = correlationKernel(variant, parameters);
      const bindings = { large: arranged, sums, small: { tensor: packed, offset } };
      device.launch(kernel, bindings, parameters, groups, flops);
    }
    if (parts === 1) return;
    const sizes = { count: result.size, parts, inner, taps };
    device.launch(addKernel, { sums, result }, sizes, [
      Math.ceil(inner / ADD_GROUP),
      outer * taps,
      1,
    ]);
  });
  return result;
}

/** All that the launches of the correlation need but the tensors. */
function planCorrelation(
  small: Tensor,
  large: Tensor,
  shape: Shape,
  options: ConvolutionOptions,
) {
  const { stride } = options;
  const [paddingY, paddingX] = paddings(options);
  const [, outer, height, width] = small.shape;
  const [, , largeHeight, largeWidth] = large.shape;
  const [, inner, kernelHeight, kernelWidth] = shape;
  const taps = kernelHeight * kernelWidth;
  const tuning = tuningOf(small.device);
  const { group, sums, products, wantedGroups, space, stores, copiesLarge } = tuning;
  const groups = Math.ceil(inner / group);
  const channels = channelTile(outer, Math.max(4, powerOfTwo(sums / taps)));
  const pixels = tileSide(width, Math.max(1, powerOfTwo(products / (taps * channels))));
  const layout = planRows(small, { channels, pixels, most: mostValues[space] });
  const { rowsPerWindow, tilesPerWindow } = layout;
  const blocks = layout.rowValues / (pixels * channels);
  const run = pixels * stride % 4 === 0 ? 4 : 1;
  const columns = (pixels - 1) * stride + kernelWidth;
  const wanted: LargeCopy = {
    run,
    lanes: group,
    blocks: groups,
    height: (height - 1) * stride + kernelHeight,
    width: (blocks - 1) * pixels * stride + Math.ceil(columns / run) * run,
    paddings: [paddingY, paddingX],
  };
  const fits = 4 * sizeOf(copyShape(wanted, large.shape[0])) <= large.device.mostBytes;
  const copy = copiesLarge && fits ? wanted : null;
  const windowParts = Math.min(
    Math.ceil(wantedGroups / (groups * tilesPerWindow)),
    rowsPerWindow,
  );
  const parts = layout.runs * windowParts;
  const parametersOf = ({ firstTile, run, firstRow, rows }: RowWindow) => ({
    outer,
    inner,
    height,
    blocks,
    largeHeight: copy?.height ?? largeHeight,
    largeWidth: copy?.width ?? largeWidth,
    lineReads: copy ? copy.blocks * copy.width / copy.run * group : 0,
    paddingY,
    paddingX,
    firstTile,
    firstPart: run * windowParts,
    firstRow,
    rows,
    rowsPerPart: Math.ceil(rowsPerWindow / windowParts),
    innerStride: parts === 1 ? taps : 1,
    tapStride: parts === 1 ? 1 : inner,
    rowVectors: layout.rowValues / 4,
    tileVectors: layout.tileStride / 4,
  });
  return {
    variant: {
      kernelHeight,
      kernelWidth,
      stride,
      pixels,
      channels,
      group,
      space,
      stores,
      run: copy && run,
    },
    layout,
    copy,
    /** Parts of the rows, whose sums are to be added up. */
    parts,
    launches: layout.windows.map((window) => {
      const outers = Math.min(window.tiles * channels, outer - window.firstTile * channels);
      return {
        offset: window.offset,
        parameters: parametersOf(window),
        groups: [groups, window.tiles, windowParts] satisfies Groups,
        flops: 2 * outers * inner * taps * window.rows * width,
      };
    }),
  };
}

type Correlation = ReturnType<typeof planCorrelation>;

/** The largest power of two up to `most`. */
function powerOfTwo(most: number): number {
  return 2 ** Math.floor(Math.log2(most));
}

const correlationKernel = variants((
  variant: Correlation["variant"],
  parameters: Correlation["launches"][number]["parameters"],
) => {
  const { kernelHeight, kernelWidth, stride, pixels, channels, run } = variant;
  const { group, space, stores } = variant;
  const taps = range(kernelHeight).flatMap((y) => range(kernelWidth).map((x) => ({ y, x })));
  const columns = range((pixels - 1) * stride + kernelWidth);
  const sums = tileSums(channels, taps.map(({ y, x }) => `${y}_${x}`));
  const loads = run ? copyLoads(variant, columns.length) : mapLoads(variant, columns);
  const products = tileProducts({
    channels,
    steps: pixels,
    vectors: ["small", "from_index"],
    terms: (pixel) =>
      taps.map(({ y, x }) => {
        const column = pixel * stride + x;
        const value = run === 4
          ? `x${y}_${Math.floor(column / 4)}.${"xyzw"[column % 4]}`
          : `x${y}_${column}`;
        return { place: `${y}_${x}`, value };
      }),
  });
  const stored = storeTile(
    { sums, places: taps.length, stores, count: "outers" },
    (_, sumOf) =>
      lines(range(taps.length), (tap) => `sums[to + ${tap}u * p.tapStride] = ${sumOf(tap)};`) +
      `\nto += p.inner * ${taps.length}u;`,
  );
  return new Kernel({
    name:
      `weights_gradient ${kernelHeight}x${kernelWidth} stride ${stride} tile ${pixels}x${channels}`,
    read: run === 4 ? [] : ["large"],
    write: ["sums"],
    ...operandIn(space, "small", run === 4 ? ["large"] : []),
    sizes: namesOf(parameters),
    source: `${QUOTIENT}
@compute @workgroup_size(${group}) fn main(
  @builtin(global_invocation_id) id: vec3<u32>, @builtin(workgroup_id) group: vec3<u32>) {
  let b = id.x;
  if (b >= p.inner) { return; }
  ${lines(sums, (sum) => `var ${sum} = 0.0;`)}
  let first_row = group.z * p.rowsPerPart;
  let end_row = min(first_row + p.rowsPerPart, p.rows);
  var from_index = group.y * p.tileVectors + first_row * p.rowVectors;
  // One loop over rows and blocks: nested ones would copy all the sums at each level.
  for (var turn = first_row * p.blocks; turn < end_row * p.blocks; turn++) {
    let r = quotient(turn, p.blocks);
    let n = quotient(p.firstRow + r, p.height);
    let u = p.firstRow + r - n * p.height;
    let column = (turn - r * p.blocks) * ${pixels * stride}u;
    ${loads}
    ${products}
    from_index += ${pixels * channels / 4}u;
  }
  let first = (p.firstTile + group.y) * ${channels}u;
  var to = ((p.firstPart + group.z) * p.outer + first) * p.inner * ${taps.length}u + b * p.innerStride;
  let outers = min(${channels}u, p.outer - first);
  ${stored}
}`,
  });
});

type Variant = Correlation["variant"];

/** WGSL that reads what the taps of some columns meet, xROW_COLUMN, in [N, B, H, W]: zeros beyond its edges. */
function mapLoads({ kernelHeight, stride }: Variant, columns: readonly number[]): string {
  return `let plane = i32((n * p.inner + b) * p.largeHeight * p.largeWidth);
    let y = i32(u * ${stride}u) - i32(p.paddingY);
    let first_column = i32(column) - i32(p.paddingX);
    ${lines(columns, (c) => `let inside_column${c} = u32(first_column + ${c}) < p.largeWidth;`)}
    ${
    lines(range(kernelHeight), (ky) =>
      `let inside${ky} = u32(y + ${ky}) < p.largeHeight;
    let at${ky} = ${
        ky === 0
          ? "u32(plane + y * i32(p.largeWidth) + first_column)"
          : `at${ky - 1} + p.largeWidth`
      };\n` +
      lines(
        columns,
        (c) =>
          `let x${ky}_${c} = select(0.0, large[at${ky} + ${c}u], inside${ky} && inside_column${c});`,
      ))
  }`;
}

/** The same in a `LargeCopy`, beyond whose edges no tap lies: values, or vectors of four columns. */
function copyLoads({ kernelHeight, stride, group, run }: Variant, columns: number): string {
  const reads = range(Math.ceil(columns / run!));
  return `let at0 = (n * p.largeHeight + u * ${stride}u) * p.lineReads
      + (b / ${group}u * p.largeWidth + column) / ${run}u * ${group}u + b % ${group}u;
    ${
    lines(range(kernelHeight), (ky) =>
      (ky === 0 ? "" : `let at${ky} = at${ky - 1} + p.lineReads;\n`) +
      lines(reads, (r) =>
        `let x${ky}_${r} = large[at${ky} + ${r * group}u];`))
  }`;
}

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
