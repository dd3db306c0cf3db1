/**
 * The kernel of gather.ts. Thread: a tile of tileHeight x tileWidth pixels by `channels` output channels.
 * Lanes run over pixel tiles of the whole batch; the weights of a step are the same for all lanes, so they
 * come as vectors of their own binding. A later window of input channels adds to what the earlier ones wrote.
 * Grid: x = pixel tiles / group, y = channel tiles of the window, those of every phase, z = parts.
 */
import { Kernel, namesOf, variants } from "../../engine/kernel.ts";
import { lines, QUOTIENT, range, storeTile, tileProducts, tileSums } from "../wgsl.ts";
import type { GatherParameters, GatherVariant } from "./gather_plan.ts";
import { LEAK } from "./leak.ts";
import { TRANSPOSED } from "./pack.ts";
import { operandIn } from "../tuning.ts";

const PLACES = `
  let tile = p.firstTile + group.y;
  let phase_y = 0u; let phase_x = 0u; let step = 1u;
  let input_row = -i32(p.paddingY); let input_column = -i32(p.paddingX);`;

const PLACES_OF_PHASE = `
  let phase = quotient(p.firstTile + group.y, p.phaseTiles);
  let tile = p.firstTile + group.y - phase * p.phaseTiles;
  let phase_y = quotient(phase, p.phasesX);
  let phase_x = phase - phase_y * p.phasesX;
  let step = p.stride;
  let input_row = first_input(phase_y, p.kernelHeight, p.paddingY);
  let input_column = first_input(phase_x, p.kernelWidth, p.paddingX);`;

export const gatherKernel = variants((variant: GatherVariant, parameters: GatherParameters) => {
  const { transposed, channels, unrolledTaps, group, space, stores, withBias } = variant;
  const { leaksIn, leaksOut } = variant;
  const [[tapsY, tapsX], [residuesY, residuesX]] = [variant.taps, variant.residues];
  const [height, width] = variant.tile;
  const unrolled = tapsY * tapsX <= unrolledTaps ? tapsY : 1;
  const rowTurns = tapsY / unrolled;
  const turns = residuesY * residuesX * rowTurns;
  const pixels = range(height).flatMap((i) => range(width).map((j) => ({ i, j })));
  const sums = tileSums(channels, pixels.map(({ i, j }) => `${i}_${j}`));
  const columns = range(width + tapsX - 1);
  const insideColumns = lines(
    columns,
    (c) => `let inside_column${c} = u32(column + ${c * residuesX}) < p.inWidth;`,
  );
  const loads = lines(
    range(height + unrolled - 1),
    (r) =>
      `let inside${r} = u32(row + ${r * residuesY}) < p.inHeight;
    let at${r} = ${
        r === 0 ? "plane + u32(row * i32(p.inWidth) + column)" : `at${r - 1} + line`
      };\n` +
      lines(columns, (c) => {
        const x = `x[at${r} + ${c * residuesX}u]`;
        const read = leaksIn ? `leaky_relu(${x})` : x;
        return `let x${r}_${c} = select(0.0, ${read}, inside${r} && inside_column${c});`;
      }),
  );
  const products = tileProducts({
    channels,
    steps: unrolled * tapsX,
    vectors: ["w", "at"],
    terms: (tap) =>
      pixels.map(({ i, j }) => ({
        place: `${i}_${j}`,
        value: `x${i + Math.floor(tap / tapsX)}_${j + tap % tapsX}`,
      })),
  });
  const bias = (channel: string) =>
    withBias ? ` else if (group.z == 0u) { sum += bias[o + ${channel}]; }` : "";
  const leak = leaksOut
    ? "if (p.endChannel == p.inChannels) { sum = leaky_relu_backward(before[at], sum); }"
    : "";
  const stored = storeTile(
    { sums, places: pixels.length, stores, count: "outputs" },
    (channel, sumOf) =>
      lines(
        [...pixels.entries()],
        ([place, { i, j }]) =>
          `if (y_row + ${i}u * step < p.outHeight && y_column + ${j}u * step < p.outWidth) {
      let at = to + ${i}u * step * p.outWidth + ${j}u * step;
      var sum = ${sumOf(place)};
      if (p.firstChannel > 0u) { sum += y[at]; }${bias(channel)}
      ${leak}
      y[at] = sum;
    }`,
      ) + "\nto += p.outHeight * p.outWidth;",
  );

  return new Kernel({
    name: `convolution ${tapsY}x${tapsX} residues ${residuesY}x${residuesX} ` +
      `tile ${height}x${width}x${channels}`,
    read: ["x"],
    optional: { bias: withBias, before: leaksOut },
    write: ["y"],
    ...operandIn(space, "w"),
    sizes: namesOf(parameters),
    scalars: ["slope"],
    source: `${QUOTIENT}${LEAK}${transposed ? TRANSPOSED : ""}
@compute @workgroup_size(${group}) fn main(
  @builtin(global_invocation_id) id: vec3<u32>, @builtin(workgroup_id) group: vec3<u32>) {
  if (id.x >= p.tiles) { return; }
  let tile_row = quotient(id.x, p.tilesX);
  let n = quotient(tile_row, p.tilesY);
  let u = (tile_row - n * p.tilesY) * ${height}u;
  let v = (id.x - tile_row * p.tilesX) * ${width}u;
  ${transposed ? PLACES_OF_PHASE : PLACES}
  let firstRow = i32(u * ${residuesY}u) + input_row;
  let firstColumn = i32(v * ${residuesX}u) + input_column;
  let o = tile * ${channels}u;
  ${lines(sums, (sum) => `var ${sum} = 0.0;`)}
  let area = p.inHeight * p.inWidth;
  let line = ${residuesY}u * p.inWidth;
  let first_channel = p.firstChannel + group.z * p.partChannels;
  let end_channel = min(first_channel + p.partChannels, p.endChannel);
  let first_plane = (n * p.inChannels + first_channel) * area;
  var at = group.y * p.tileVectors + group.z * p.partChannels * p.stepVectors;
  // One loop: nested ones would copy all the sums at each level.
  for (var turn = 0u; turn < (end_channel - first_channel) * ${turns}u; turn++) {
    let place = turn % ${turns}u;
    let plane = first_plane + turn / ${turns}u * area;
    let row = firstRow + i32(place / ${
      residuesX * rowTurns
    }u) + i32(place % ${rowTurns}u) * ${residuesY};
    let column = firstColumn + i32(place / ${rowTurns}u % ${residuesX}u);
    ${insideColumns}
    ${loads}
    ${products}
    at += ${unrolled * tapsX * channels / 4}u;
  }
  let y_row = phase_y + u * step;
  let y_column = phase_x + v * step;
  var to = group.z * p.partStride + ((n * p.outChannels + o) * p.outHeight + y_row) * p.outWidth + y_column;
  let outputs = min(${channels}u, p.outChannels - o);
  ${stored}
}`,
  });
});
