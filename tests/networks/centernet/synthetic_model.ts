/** The files of a CenterNet with few channels and reproducible weights, and a frame to look at. */
import { KeyedRandom } from "../../../data/keyed_random.ts";
import { sizeOf } from "../../../engine/tensor.ts";
import type { GraphFiles } from "../../../networks/formats/graph_weights.ts";

/** Pixels along the frame's sides. */
export const FRAME = 512;
/** A cell's class scores and its distances from a box's sides. */
export const CLASSES = 80;
export const SIDES = 4;

const OUTPUTS = [4, 5, 5, 6, 6, 6, 7, 7, 7, 7, 8, 8, 9, 9, 9];
const FIVE_TAPS = [3, 4, 5, 12, 13, 14];
const SQUEEZED = [3, 4, 5, 10, 11, 12, 13, 14];
const WIDE = 10;
const TOP = 11;
/** Channels that a level of the pyramid gets from the backbone, and from the level above. */
const [LATERAL, COARSE] = [5, 6];

type Listed = readonly [name: string, shape: readonly number[]];

/** Each convolution has the weights of its own seed, uniform and so large that maps neither die nor explode. */
export function syntheticModel(): GraphFiles {
  const head = "CenternetHead";
  const tensors: Listed[] = [
    ...folded("MobilenetV3/Conv", [3, 3, 3, OUTPUTS[0]]),
    ...OUTPUTS.flatMap((_, block) => residual(block)),
    ...folded("extern1", [1, 1, OUTPUTS[14], TOP]),
    ...level(2, WIDE),
    ...level(3, WIDE),
    ...level(4, OUTPUTS[11]),
    ...upsample(3, LATERAL + COARSE),
    ...upsample(4, LATERAL + COARSE),
    ...upsample(5, TOP),
    ...folded(`${head}/conv1x1_se_a`, [1, 1, LATERAL + COARSE, 3]),
    [`${head}/conv1x1_se_b/weights`, [1, 1, 3, LATERAL + COARSE]],
    ...output("cls", CLASSES),
    ...output("wh", SIDES),
  ];
  const values = tensors.flatMap(([, shape], seed) => {
    const [height, width, inputs, outputs] = shape;
    const limit = shape.length === 1
      ? 0.3
      : Math.sqrt(4 / (height * width * (outputs === 1 ? 1 : inputs)));
    const random = new KeyedRandom(seed, 0, 0);
    return Array.from({ length: sizeOf(shape) }, () => random.between(-limit, limit));
  });
  const manifest = tensors.map(([name, shape]) => ({ name, shape, dtype: "float32" }));
  return {
    model: JSON.stringify({ weightsManifest: [{ weights: manifest }] }),
    weights: new Uint8Array(Float32Array.from(values).buffer),
  };
}

/** Values in 0..2 of a frame [3, 512, 512], no two rows or columns alike. */
export function syntheticFrame(): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 3 * FRAME * FRAME }, (_, i) => {
    const x = i % FRAME, y = Math.floor(i / FRAME) % FRAME, channel = Math.floor(i / FRAME / FRAME);
    return (x * x + 3 * y * y + 5 * x * y * channel + 40 * channel) % 251 / 125;
  });
}

function residual(block: number): Listed[] {
  const name = `MobilenetV3/expanded_conv${block > 0 ? `_${block}` : ""}`;
  const inputs = OUTPUTS[Math.max(0, block - 1)];
  const wide = block > 0 ? WIDE : inputs;
  const taps = FIVE_TAPS.includes(block) ? 5 : 3;
  const squeeze = `${name}/squeeze_excite`;
  return [
    ...block > 0 ? folded(`${name}/expand`, [1, 1, inputs, wide]) : [],
    [`${name}/depthwise/depthwise_weights`, [taps, taps, wide, 1]],
    [`${name}/depthwise/depthwise_bn_offset`, [wide]],
    ...SQUEEZED.includes(block)
      ? [
        [`${squeeze}/Conv/weights`, [1, 1, wide, 3]],
        [`${squeeze}/Conv/biases`, [3]],
        [`${squeeze}/Conv_1/weights`, [1, 1, 3, wide]],
        [`${squeeze}/Conv_1/biases`, [wide]],
      ] as const
      : [],
    ...folded(`${name}/project`, [1, 1, wide, OUTPUTS[block]]),
  ];
}

function level(number: number, inputs: number): Listed[] {
  const name = `CenternetHead/c${number}_reverse`;
  return [
    ...folded(`${name}/1x1`, [1, 1, inputs, 3]),
    ...separable(`${name}/3x3`, 5, 3, LATERAL),
  ];
}

function upsample(number: number, inputs: number): Listed[] {
  const name = `CenternetHead/c${number}_upsample/branch`;
  return [
    ...separable(`${name}_x_upsample_resize`, 3, inputs, COARSE),
    ...separable(`${name}_y_upsample_resize`, 5, inputs, COARSE),
  ];
}

function separable(name: string, taps: number, inputs: number, outputs: number): Listed[] {
  return [
    [`${name}/depthwise_weights`, [taps, taps, inputs, 1]],
    [`${name}/separable_conv2d_weights`, [1, 1, inputs, outputs]],
    [`${name}/separable_conv2d_bn_offset`, [outputs]],
  ];
}

function output(kind: string, outputs: number): Listed[] {
  const name = `CenternetHead/centernet_${kind}_output`;
  return [
    [`${name}/depthwise_weights`, [3, 3, LATERAL + COARSE, 1]],
    [`${name}/pointwise_weights`, [1, 1, LATERAL + COARSE, outputs]],
    [`${name}/biases`, [outputs]],
  ];
}

const folded = (name: string, shape: readonly number[]): Listed[] => [
  [`${name}/Conv2D_weights`, shape],
  [`${name}/Conv2D_bn_offset`, [shape[3]]],
];
