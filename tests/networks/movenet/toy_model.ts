/** The files of a MoveNet whose answer is known: no picture changes it. */
import { cocoJoints } from "../../../pose/formats/orders.ts";

/** Pixels along a side of its frame. */
export const TOY_SIDE = 32;
const CHANNELS = 4;

/**
 * A model with few channels, all of whose weights are zero but for the biases of the heads: the person's centre is
 * the frame's middle, where each joint lies also, with `score`, and with 0.01 those named in `unseen`.
 */
export function toyModel(score: number, unseen: readonly string[] = []) {
  const tensors: Listed[] = [
    ["truediv_2_recip", [TOY_SIDE / 4]],
    ...folded("model/Conv1", [3, 3, 3, CHANNELS]),
    ...depthwise("model/expanded_conv"),
    ...folded("model/expanded_conv_project"),
    ...Array.from({ length: 16 }, (_, i) => `model/block_${i + 1}`).flatMap((name) => [
      ...folded(`${name}_expand`),
      ...depthwise(name),
      ...folded(`${name}_project`),
    ]),
    ...folded("model/Conv_1"),
    ...plain("conv2d"),
    ...["", "_1", "_2"].flatMap((suffix, i) => {
      const name = `separable_conv2d${suffix}/separable_conv2d`;
      return [
        ...plain(`conv2d_${i + 1}`),
        taps(`${name}/ReadVariableOp`),
        ...weighted(`${name}_weights`, `${name}_bn_offset`),
      ];
    }),
    ...head("center_0", 3, [0]),
    ...head(
      "kpt_heatmap_0",
      4,
      cocoJoints.map((name) => logit(unseen.includes(name) ? 0.01 : score)),
    ),
    ...head("kpt_regress_0", 5, Array(34).fill(0)),
    ...head("kpt_offset_0", 6, Array(34).fill(0)),
  ];
  const values = tensors.flatMap(([, shape, values]) =>
    values ?? Array<number>(shape.reduce((product, length) => product * length)).fill(0)
  );
  const manifest = tensors.map(([name, shape]) => ({ name, shape, dtype: "float32" }));
  return {
    model: JSON.stringify({ weightsManifest: [{ weights: manifest }] }),
    weights: new Uint8Array(Float32Array.from(values).buffer),
  };
}

type Listed = [name: string, shape: number[], values?: number[]];

function head(name: string, number: number, bias: number[]): Listed[] {
  const separable = `${name}/separable_conv2d_${number}`;
  const weight = `${separable}/separable_conv2d/ReadVariableOp`;
  return [
    taps(weight),
    ...weighted(`${weight}_1`, `${separable}/BiasAdd/ReadVariableOp`),
    ...plain(`${name}/conv2d_${number + 1}`, bias),
  ];
}

function depthwise(block: string): Listed[] {
  const name = `${block}_depthwise/depthwise`;
  return [taps(`${name}_weights`), [`${name}_bn_offset`, [CHANNELS]]];
}

const folded = (name: string, shape?: number[]) =>
  weighted(`${name}/Conv2D_weights`, `${name}/Conv2D_bn_offset`, shape);

function plain(name: string, bias: number[] = Array(CHANNELS).fill(0)): Listed[] {
  return [
    [`${name}/Conv2D/ReadVariableOp`, [1, 1, CHANNELS, bias.length]],
    [`${name}/BiasAdd/ReadVariableOp`, [bias.length], bias],
  ];
}

const weighted = (weight: string, bias: string, shape = [1, 1, CHANNELS, CHANNELS]): Listed[] => [
  [weight, shape],
  [bias, [CHANNELS]],
];

const taps = (name: string): Listed => [name, [3, 3, CHANNELS, 1]];
const logit = (score: number) => Math.log(score / (1 - score));
