/**
 * CenterNet's network (Zhou et al., "Objects as Points", 2019) in the small form of 610265158/mobilenetv3_centernet:
 * MobileNetV3-Large at three quarters of its width (Howard et al., 2019), a pyramid over it that grows from the coarsest
 * map by enlarging and putting maps side by side, and two heads. Batch norms are folded into the published weights.
 */
import { assertShape, type Tensor } from "../../engine/tensor.ts";
import { concat, concatRelu, reshape, slice } from "../../kernels/channels.ts";
import { add, addScalar, clamp, hardSwish, scale, sigmoid } from "../../kernels/elementwise.ts";
import { sumGroups } from "../../kernels/reduce.ts";
import { resizeBilinear } from "../../kernels/resize_bilinear.ts";
import { scaleChannels } from "../../kernels/scale_channels.ts";
import type { Layers } from "../graph_layers.ts";

/** Classes of COCO; the first is a person. */
const CLASSES = 80;
/** A cell's centre's distances from the box's sides. */
const SIDES = 4;
/** A sixth, as the published weights have it in float16. */
const SIXTH = 0.1666259765625;

/**
 * MobileNetV3's blocks: those that halve the map; that weigh their channels; from which on hard swish is used; whose
 * widened maps the pyramid takes, and the one whose output it takes.
 */
const BLOCKS = 15;
const HALVING = [1, 3, 6, 12];
const WEIGHING = [3, 4, 5, 10, 11, 12, 13, 14];
const SWISH_FROM = 6;
const WIDENED_LEVELS = [3, 5];
const LAST_LEVEL = 11;
/** The number of the finest level in the weights' names. */
const FINEST = 2;

/**
 * The maps [1, 5, side / 4, side / 4] that decode.ts takes, of a frame [1, 3, side, side] of RGB values in 0..255.
 * @throws Error where weights are missing, RangeError where they do not fit together.
 */
export function centerNet(layers: Layers, frame: Tensor): Tensor {
  const { top, levels } = backbone(layers, frame);
  const features = levels.reduceRight(
    (above, level, i) => merge(layers, above, level, FINEST + i),
    top,
  );
  const name = "CenternetHead/conv1x1_se";
  const logits = squeeze(layers, features, folded(`${name}_a`), [`${name}_b/weights`, null]);
  const weighed = scaleChannels(features, sigmoid(logits));
  const [classes, sides] = ["cls", "wh"].map((name) => head(layers, weighed, name));
  const [, , height, width] = features.shape;
  assertShape("CenterNet", "cls", classes, [1, CLASSES, height, width]);
  assertShape("CenterNet", "wh", sides, [1, SIDES, height, width]);
  return concat([slice(classes, 0, 1), sides]);
}

/** MobileNetV3: its last map, and those of a quarter, an eighth and a sixteenth of the frame's sides. */
function backbone(layers: Layers, frame: Tensor): { top: Tensor; levels: Tensor[] } {
  let x = swish(layers.stem(frame, ...folded("MobilenetV3/Conv")));
  const levels: Tensor[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const { widened, output } = invertedResidual(layers, x, block);
    if (WIDENED_LEVELS.includes(block)) levels.push(widened);
    if (block === LAST_LEVEL) levels.push(output);
    x = output;
  }
  return { top: swish(layers.pointwise(x, ...folded("extern1"), LINEAR)), levels };
}

/** The first block does not widen its map; those that keep its shape add it to their output. */
function invertedResidual(layers: Layers, x: Tensor, block: number) {
  const name = `MobilenetV3/expanded_conv${block > 0 ? `_${block}` : ""}`;
  const stride = HALVING.includes(block) ? 2 : 1;
  const [options, bend] = block < SWISH_FROM ? [RELU, same] : [LINEAR, swish];
  const widened = block > 0 ? bend(layers.pointwise(x, ...folded(`${name}/expand`), options)) : x;
  const depthwise = `${name}/depthwise/depthwise`;
  const filtered = bend(
    layers.depthwise(widened, `${depthwise}_weights`, `${depthwise}_bn_offset`, {
      ...options,
      stride,
    }),
  );
  const weighed = WEIGHING.includes(block) ? squeezeExcite(layers, filtered, name) : filtered;
  const project = folded(`${name}/project`);
  const output = layers.pointwise(weighed, ...project, LINEAR);
  return { widened, output: output.shape.join() === x.shape.join() ? add(output, x) : output };
}

/** Weighs the channels by what their means say (Hu et al., 2018). */
function squeezeExcite(layers: Layers, x: Tensor, block: string): Tensor {
  const [first, second] = ["Conv", "Conv_1"].map((conv) => {
    const name = `${block}/squeeze_excite/${conv}`;
    return [`${name}/weights`, `${name}/biases`] as const;
  });
  const logits = squeeze(layers, x, first, second);
  return scaleChannels(x, scale(clamp(addScalar(logits, 3), 0, 6), SIXTH));
}

type Names = readonly [weight: string, bias: string | null];

/** Two layers over the channels' means: [1, C, 1, 1]. */
function squeeze(layers: Layers, x: Tensor, first: Names, second: Names): Tensor {
  const [, channels, height, width] = x.shape;
  const [means] = sumGroups([x], 1, channels, 1 / (height * width));
  const hidden = layers.pointwise(reshape(means, [1, channels, 1, 1]), ...first, RELU);
  return layers.pointwise(hidden, ...second, LINEAR);
}

/** A level of the pyramid: the map above, enlarged, beside that of the backbone. */
function merge(layers: Layers, above: Tensor, level: Tensor, number: number): Tensor {
  const name = `CenternetHead/c${number}_reverse`;
  const narrow = layers.pointwise(level, ...folded(`${name}/1x1`), RELU);
  const lateral = separable(layers, narrow, `${name}/3x3`);
  const branches = `CenternetHead/c${number + 1}_upsample/branch`;
  const coarse = add(
    separable(layers, above, `${branches}_x_upsample_resize`),
    separable(layers, above, `${branches}_y_upsample_resize`),
  );
  const [, , height, width] = level.shape;
  return concatRelu([lateral, resizeBilinear(coarse, { height, width, first: "on the edge" })]);
}

function separable(layers: Layers, x: Tensor, name: string): Tensor {
  const filtered = layers.depthwise(x, `${name}/depthwise_weights`, null, UNIT);
  const [weight, bias] = ["weights", "bn_offset"].map((end) => `${name}/separable_conv2d_${end}`);
  return layers.pointwise(filtered, weight, bias, LINEAR);
}

function head(layers: Layers, x: Tensor, kind: string): Tensor {
  const name = `CenternetHead/centernet_${kind}_output`;
  const filtered = layers.depthwise(x, `${name}/depthwise_weights`, null, UNIT);
  return layers.pointwise(filtered, `${name}/pointwise_weights`, `${name}/biases`, LINEAR);
}

const LINEAR = { activation: "none" } as const;
const RELU = { activation: "relu" } as const;
const UNIT = { stride: 1, activation: "none" } as const;
const swish = (x: Tensor) => hardSwish(x, SIXTH);
const same = (x: Tensor) => x;

/** The names of a layer's weights and biases with a batch norm folded in. */
const folded = (name: string) => [`${name}/Conv2D_weights`, `${name}/Conv2D_bn_offset`] as const;
