/** The generator as an ONNX model: what model/generator.ts computes of a batch of any size, without dropout. */
import { type GeneratorWeights, modelMetadata } from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { DEFORMED_LEVELS } from "../model/generator.ts";
import { KEEP, RESAMPLE } from "../model/layers.ts";
import { deform } from "./deform.ts";
import { moves } from "./deformation.ts";
import { Graph, type Port, type Value } from "./graph.ts";
import { heatMaps } from "./heat_maps.ts";
import { poseOf } from "./pose.ts";

/** The network under construction: its weights are values of the graph by their checkpoint names. */
interface Network {
  readonly g: Graph;
  readonly configuration: ModelConfiguration;
  readonly weight: (name: string) => Value;
}

/**
 * The bytes of an ONNX model, opset 16: `source` [N, 3, H, W] in [-1, 1], `source_joints` and `target_joints`
 * [N, K, 2] to `picture` [N, 3, H, W] in [-1, 1]; docs/export.md has the conventions.
 *
 * @param half keeps the weights in float16; everything is computed in float32
 * @throws RangeError for weights that float16 cannot hold
 */
export function onnxGenerator(
  { configuration, values }: GeneratorWeights,
  half: boolean,
): Uint8Array {
  const { size, sigma, skeleton, regions, deformable } = configuration;
  const g = new Graph();
  const { picture, pose, painted } = ports(configuration);
  const source = g.input(picture);
  const [sourceJoints, targetJoints] = pose.map((port) => g.input(port));
  const weights = new Map([...values].map(([name, { shape, data }]) => {
    const value = g.named(name, shape, data, half ? "float16" : "float");
    return [name, g.cast(value, "float")];
  }));
  const network = { g, configuration, weight: (name: string) => weights.get(name)! };

  const [sourceHeat, targetHeat] = [sourceJoints, targetJoints]
    .map((joints) => heatMaps(g, joints, size, sigma));
  const skips = deformable
    ? deformedSkips(
      network,
      g.concat([source, sourceHeat], 1),
      targetHeat,
      moves(g, skeleton, poseOf(g, sourceJoints), poseOf(g, targetJoints), size, regions),
    )
    : encode(network, "generator.appearance", g.concat([source, sourceHeat, targetHeat], 1))
      .map((level) => [level] as const);
  g.output(painted, decode(network, skips));
  return g.encode("generator", DESCRIPTION, modelMetadata(configuration));
}

const DESCRIPTION =
  "Paints the person of a picture in another pose: the generator of the Deformable GAN (Siarohin et al., CVPR 2018).";

function ports({ size: { width, height }, skeleton }: ModelConfiguration) {
  const shape = [3, height, width];
  const order = skeleton.joints.join(", ");
  const joints = (name: string, whose: string): Port => ({
    name,
    shape: [skeleton.joints.length, 2],
    description: `${whose}: x, y in pixels, the centre of the top left pixel is 0, 0; ` +
      `NaN or -1, -1 where not seen. In this order: ${order}.`,
  });
  return {
    picture: { name: "source", shape, description: "The person, RGB from -1 to 1." },
    pose: [
      joints("source_joints", "The person's joints in the source"),
      joints("target_joints", "Where they are to be"),
    ],
    painted: { name: "picture", shape, description: "The person in that pose, RGB from -1 to 1." },
  };
}

/** What the decoder gets of each level: the appearance, moved where the resolution is high, and the pose. */
function deformedSkips(
  network: Network,
  person: Value,
  targetHeat: Value,
  parts: ReturnType<typeof moves>,
): (readonly [Value, Value])[] {
  const { g, configuration } = network;
  const appearance = encode(network, "generator.appearance", person);
  const pose = encode(network, "generator.pose", targetHeat);
  return appearance.map((features, level) => [
    level < DEFORMED_LEVELS ? deform(g, features, parts, level, configuration) : features,
    pose[level],
  ]);
}

/** Features of an encoder at each level, highest resolution first. */
function encode(network: Network, name: string, x: Value): Value[] {
  const { g, configuration: { levels } } = network;
  const features = [convolution(network, "Conv", x, `${name}.0`, KEEP, true)];
  for (let i = 1; i < levels; i++) {
    const active = g.apply("LeakyRelu", [features[i - 1]], { alpha: 0.2 });
    const y = convolution(network, "Conv", active, `${name}.${i}`, RESAMPLE);
    features.push(i === levels - 1 ? y : normalize(network, y, `${name}.${i}`));
  }
  return features;
}

function decode(network: Network, skips: readonly (readonly [Value, ...Value[]])[]): Value {
  const { g } = network;
  const levels = skips.toReversed();
  const last = levels.length - 1;
  const concatRelu = (values: readonly [Value, ...Value[]]) =>
    g.apply("Relu", [g.concat(values, 1)]);
  let x = concatRelu(levels[0]);
  for (let i = 0; i < last; i++) {
    const name = `generator.decoder.${i}`;
    const y = convolution(network, "ConvTranspose", x, name, RESAMPLE);
    x = concatRelu([normalize(network, y, name), ...levels[i + 1]]);
  }
  return g.apply("Tanh", [
    convolution(network, "Conv", x, `generator.decoder.${last}`, KEEP, true),
  ]);
}

function convolution(
  { g, weight }: Network,
  operator: "Conv" | "ConvTranspose",
  x: Value,
  name: string,
  { kernel, stride, padding }: typeof KEEP | typeof RESAMPLE,
  bias = false,
): Value {
  return g.apply(
    operator,
    [x, weight(`${name}.weight`), ...(bias ? [weight(`${name}.bias`)] : [])],
    {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: Array(4).fill(padding),
    },
  );
}

/** What kernels/instance_norm.ts and kernels/layer_norm.ts compute. */
function normalize({ g, configuration: { norm }, weight }: Network, x: Value, name: string): Value {
  const scale = weight(`${name}.norm.weight`), shift = weight(`${name}.norm.bias`);
  if (norm === "instance") {
    return g.apply("InstanceNormalization", [x, scale, shift], { epsilon: 1e-5 });
  }
  const axes = [1, 2, 3];
  const centred = g.sub(x, g.reduce("Mean", x, axes));
  const variance = g.reduce("Mean", g.mul(centred, centred), axes);
  const deviation = g.add(g.apply("Sqrt", [variance]), 1e-3);
  return g.add(g.mul(g.div(centred, deviation), scale), shift);
}
