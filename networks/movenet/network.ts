/**
 * MoveNet's network (Google, 2021): MobileNetV2 (Sandler et al., 2018), a feature pyramid over it (Lin et al.,
 * 2017) and four heads as in CenterNet (Zhou et al., 2019). Batch norms are folded into the published weights.
 */
import { assertShape, type Tensor } from "../../engine/tensor.ts";
import { concat } from "../../kernels/channels.ts";
import { clamp } from "../../kernels/elementwise.ts";
import { resizeBilinear } from "../../kernels/resize_bilinear.ts";
import type { Layers } from "../graph_layers.ts";
import type { Weights } from "../weights.ts";
import { HEAD_CHANNELS } from "./decode.ts";

/** Pixels of the frame along a side of a cell of the heads' maps, and of one of the coarsest map. */
const CELL = 4;
const COARSEST = 32;
const LARGEST_FRAME = 1024;

/** MobileNetV2's blocks: those that begin a stage, without a shortcut; that halve the map; that the pyramid takes. */
const BLOCKS = 16;
const STAGES = [1, 3, 6, 10, 13, 16];
const HALVING = [1, 3, 6, 13];
const LEVELS = [2, 5, 9];

/** The sides of the frame that the network was made for, in pixels: 192 for Lightning, 256 for Thunder. */
export function frameSide(weights: Weights): number {
  const side = CELL * weights.shape("truediv_2_recip")[0];
  if (side > 0 && side % COARSEST === 0 && side <= LARGEST_FRAME) return side;
  throw new Error(`${weights.network}: a frame of ${side} pixels; give ${weights.advice}`);
}

/**
 * The heads' maps [1, 86, side / 4, side / 4], as decode.ts takes them, of a frame [1, 3, side, side] in [-1, 1].
 * @throws Error where weights are missing, RangeError where they do not fit together.
 */
export function moveNet(layers: Layers, frame: Tensor): Tensor {
  const { top, levels } = backbone(layers, frame);
  const features = levels.reduceRight(
    (above, level, i) => merge(layers, above, level, LEVELS.length - i),
    top,
  );
  const names = ["center_0", "kpt_heatmap_0", "kpt_regress_0", "kpt_offset_0"];
  const maps = names.map((name, i) => head(layers, features, name, 3 + i));
  const [, , height, width] = features.shape;
  maps.forEach((map, i) =>
    assertShape("MoveNet", names[i], map, [1, HEAD_CHANNELS[i], height, width])
  );
  return concat(maps);
}

/** MobileNetV2: its last map, and those of a quarter, an eighth and a sixteenth of the frame's sides. */
function backbone(layers: Layers, frame: Tensor): { top: Tensor; levels: Tensor[] } {
  const stem = clamp(layers.stem(frame, ...folded("model/Conv1")), 0, 6);
  const first = depthwise(layers, stem, "model/expanded_conv", 1);
  let x = layers.pointwise(first, ...folded("model/expanded_conv_project"), LINEAR);
  const levels: Tensor[] = [];
  for (let block = 1; block <= BLOCKS; block++) {
    x = invertedResidual(layers, x, block);
    if (LEVELS.includes(block)) levels.push(x);
  }
  const last = layers.pointwise(x, ...folded("model/Conv_1"), { activation: "relu6" });
  return { top: layers.pointwise(last, ...plain("conv2d"), LINEAR), levels };
}

function invertedResidual(layers: Layers, x: Tensor, block: number): Tensor {
  const name = `model/block_${block}`;
  const wide = layers.pointwise(x, ...folded(`${name}_expand`), { activation: "relu6" });
  const filtered = depthwise(layers, wide, name, HALVING.includes(block) ? 2 : 1);
  const addend = STAGES.includes(block) ? undefined : x;
  return layers.pointwise(filtered, ...folded(`${name}_project`), { activation: "none", addend });
}

function depthwise(layers: Layers, x: Tensor, block: string, stride: 1 | 2): Tensor {
  const name = `${block}_depthwise/depthwise`;
  return layers.depthwise(x, `${name}_weights`, `${name}_bn_offset`, {
    stride,
    activation: "relu6",
  });
}

/** A level of the pyramid, the `step`-th from the top: the map above, enlarged, joins that of the backbone. */
function merge(layers: Layers, above: Tensor, level: Tensor, step: number): Tensor {
  const [, , height, width] = level.shape;
  const addend = resizeBilinear(above, { height, width });
  const sum = layers.pointwise(level, ...plain(`conv2d_${step}`), { activation: "none", addend });
  const name = `separable_conv2d${step > 1 ? `_${step - 1}` : ""}/separable_conv2d`;
  const filtered = layers.depthwise(sum, `${name}/ReadVariableOp`, null, UNIT);
  return layers.pointwise(filtered, `${name}_weights`, `${name}_bn_offset`, { activation: "relu" });
}

/** A head; `number` is that of its separable convolution in the file. */
function head(layers: Layers, features: Tensor, name: string, number: number): Tensor {
  const separable = `${name}/separable_conv2d_${number}`;
  const weight = `${separable}/separable_conv2d/ReadVariableOp`;
  const bias = `${separable}/BiasAdd/ReadVariableOp`;
  const filtered = layers.depthwise(features, weight, null, UNIT);
  const mixed = layers.pointwise(filtered, `${weight}_1`, bias, { activation: "relu" });
  return layers.pointwise(mixed, ...plain(`${name}/conv2d_${number + 1}`), LINEAR);
}

const LINEAR = { activation: "none" } as const;
const UNIT = { stride: 1, activation: "none" } as const;

/** The names of a layer's weights and biases, with a batch norm folded in, and without one. */
const folded = (name: string) => [`${name}/Conv2D_weights`, `${name}/Conv2D_bn_offset`] as const;
const plain = (name: string) =>
  [`${name}/Conv2D/ReadVariableOp`, `${name}/BiasAdd/ReadVariableOp`] as const;
