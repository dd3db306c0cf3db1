/** How a gather is cut into tiles, parts and windows of weights: all that its launches need but the tensors. */
import type { Groups, Shape, Tensor } from "../../engine/tensor.ts";
import { channelTile, paddings, tileSide } from "./geometry.ts";
import type { Leak } from "./leak.ts";
import { type Gather, planWeights, type WeightWindow } from "./pack.ts";
import { mostValues, tuningOf } from "../tuning.ts";

/** Plans the gather of x [N, C, H, W] into a tensor of the given shape [N, O, height, width]. */
export function planGather(
  made: Gather,
  x: Tensor,
  shape: Shape,
  withBias: boolean,
  leak: Leak | null,
) {
  const { rows, columns, view, options, transposed } = made;
  const [batch, inChannels, inHeight, inWidth] = x.shape;
  const [, outChannels, outHeight, outWidth] = shape;
  const tuning = tuningOf(x.device);
  const { group, wantedGroups, space, stores, unrolledTaps } = tuning;
  const taps = rows.taps * columns.taps;
  const [mostRows, mostColumns] = tuning.tile(taps);
  const channels = channelTile(outChannels, tuning.channels(taps));
  const height = tileSide(rows.count, mostRows);
  const width = tileSide(columns.count, mostColumns);
  const tilesY = Math.ceil(rows.count / height);
  const tilesX = Math.ceil(columns.count / width);
  const groups = Math.ceil(batch * tilesY * tilesX / group);
  const wantedTiles = Math.ceil(wantedGroups / groups);
  const layout = planWeights(made, { channels, wantedTiles, most: mostValues[space] });
  // Only a window that holds all input channels can deal them to parts.
  const splits = space === "uniform" ? 1 : Math.ceil(wantedTiles / layout.tilesPerWindow);
  const partChannels = layout.runs > 1 ? inChannels : Math.ceil(inChannels / splits);
  const parts = layout.runs > 1 ? 1 : Math.ceil(inChannels / partChannels);
  const [paddingY, paddingX] = paddings(options);
  const parametersOf = ({ firstTile, firstChannel, channelCount }: WeightWindow) => ({
    tiles: batch * tilesY * tilesX,
    tilesY,
    tilesX,
    inChannels,
    inHeight,
    inWidth,
    outChannels,
    outHeight,
    outWidth,
    phaseTiles: Math.ceil(outChannels / channels),
    phasesX: columns.phases,
    kernelHeight: view.kernelHeight,
    kernelWidth: view.kernelWidth,
    stride: options.stride,
    paddingY,
    paddingX,
    stepVectors: layout.stepValues / 4,
    tileVectors: layout.channelsPerWindow * layout.stepValues / 4,
    firstTile,
    firstChannel,
    endChannel: firstChannel + channelCount,
    partChannels,
    partStride: batch * outChannels * outHeight * outWidth,
  });
  const flops = 2 * batch * rows.count * columns.count * layout.stepValues;
  return {
    /** Of the kernel: pairs are of rows and columns. */
    variant: {
      transposed,
      taps: [rows.taps, columns.taps],
      residues: [rows.residues, columns.residues],
      tile: [height, width],
      channels,
      unrolledTaps,
      group,
      space,
      stores,
      withBias,
      leaksIn: leak !== null && leak.before === null,
      /** Sums of parts are no gradients yet. */
      leaksOut: leak !== null && leak.before !== null && parts === 1,
    },
    layout,
    /** Parts of the input channels, whose sums are to be added up. */
    parts,
    launches: layout.windows.map((window) => ({
      offset: window.offset,
      parameters: parametersOf(window),
      groups: [groups, window.tiles, parts] satisfies Groups,
      flops: flops * window.tiles * window.channelCount,
    })),
  };
}

type GatherPlan = ReturnType<typeof planGather>;
export type GatherVariant = GatherPlan["variant"];
export type GatherParameters = GatherPlan["launches"][number]["parameters"];
