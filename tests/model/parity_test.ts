/**
 * The whole model against an independent float64 computation (width 4, Market size, two pairs, no
 * dropout): heat maps, masks, deformed skips, outputs, losses and all gradients.
 */
import { assert, assertEquals } from "@std/assert";
import { float32, parseSafetensors, type StoredTensor } from "../../engine/safetensors.ts";
import { grad } from "../../engine/tape.ts";
import type { Shape, Tensor } from "../../engine/tensor.ts";
import { stack } from "../../kernels/channels.ts";
import { deform } from "../../kernels/deform.ts";
import { add, sigmoid } from "../../kernels/elementwise.ts";
import { heatMaps } from "../../kernels/heat_maps.ts";
import { regionMasks } from "../../kernels/region_masks.ts";
import { type ModelConfiguration, modelConfiguration } from "../../model/configuration.ts";
import { discriminator, discriminatorParameters } from "../../model/discriminator.ts";
import { vggConv12 } from "../../networks/vgg19/features.ts";
import { generator, generatorParameters } from "../../model/generator.ts";
import type { TrainingInputs } from "../../model/inputs.ts";
import { adversarialLoss, discriminatorLoss, reconstructionLoss } from "../../model/losses.ts";
import { countParameters, type Parameters } from "../../model/parameters.ts";
import { convertVggWeights, type VggWeights } from "../../networks/vgg19/weights.ts";
import { deformation } from "../../pose/deformation.ts";
import { human } from "../../pose/skeleton.ts";
import type { Joints } from "../../pose/types.ts";
import { madeUp, madeUpFilter } from "../networks/made_up.ts";
import { device, relativeError, testOnEachKind } from "../op_check.ts";
import { sharedPath } from "../shared.ts";
import {
  type Fidelity,
  ownReference,
  type Reference,
  sharedReference,
} from "./parity/reference.ts";

const vggPath = sharedPath("weights/vgg19-keras-block1-block2conv1.safetensors");
const VALUES = 1e-4;
const GRADIENTS = 1e-3;
const size = { width: 64, height: 128 };
const DEFORMED_LEVELS = 4;

/** What the networks are given, and what they must make of it. */
interface Subject {
  readonly reference: Reference;
  readonly configuration: ModelConfiguration;
  readonly parameters: Parameters;
  readonly vgg: VggWeights;
  readonly inputs: TrainingInputs;
}

for (const fidelity of ["paper", "released"] as const) {
  testOnEachKind(`parity with float64, ${fidelity}`, async () => {
    const subject = madeUpSubject(fidelity);
    const errors = new Errors(subject.reference);
    await compareInputs(subject, errors);
    await compareModel(subject, errors);
    await errors.value(
      "vgg.block1_conv2.target",
      vggConv12(device, subject.vgg)(subject.inputs.target),
    );
    errors.report(fidelity);
  });

  const larger = sharedReference(fidelity);
  Deno.test({
    name: `parity with float64, ${fidelity}, photos and VGG-19's own weights`,
    ignore: !larger || !vggPath,
    fn: async () => {
      const subject = await photoSubject(larger!, fidelity);
      const errors = new Errors(subject.reference);
      await compareModel(subject, errors);
      await compareVggMeans(subject);
      errors.report(`${fidelity}, photos`);
    },
  });
}

/** Compares with a reference and keeps the largest errors. */
class Errors {
  readonly #largest = { values: 0, gradients: 0 };

  constructor(readonly reference: Reference) {}

  async value(name: string, tensor: Tensor): Promise<void> {
    await this.#compare("values", name, tensor, VALUES);
  }

  async gradient(name: string, tensor: Tensor): Promise<void> {
    await this.#compare("gradients", name, tensor, GRADIENTS);
  }

  report(what: string): void {
    const { values, gradients } = this.#largest;
    console.log(
      `${what}: largest relative error of values ${values.toExponential(1)}, ` +
        `of gradients ${gradients.toExponential(1)}`,
    );
  }

  async #compare(
    kind: "values" | "gradients",
    name: string,
    tensor: Tensor,
    limit: number,
  ): Promise<void> {
    const error = await this.reference.error(name, tensor);
    assert(error <= limit, `${name}: relative error ${error} exceeds ${limit}`);
    this.#largest[kind] = Math.max(this.#largest[kind], error);
  }
}

/** Heat maps, and at every level the parts' masks and made-up features moved by the parts' maps. */
async function compareInputs(
  { reference, configuration, inputs }: Subject,
  errors: Errors,
): Promise<void> {
  await errors.value("heat.source", inputs.sourceHeat);
  await errors.value("heat.target", inputs.targetHeat);
  const { regions: style, sampling, fusion } = configuration;
  assert(style !== "whole", "the reference knows the paper's and the code's only");
  const paper = style === "paper";
  for (let level = 0; level < DEFORMED_LEVELS; level++) {
    const [height, width] = [size.height >> level, size.width >> level];
    const masks = regionMasks(inputs.regions, { height, width }, { level, style });
    const expected = reference.mask(`mask.${level}`);
    const wrong = (await masks.read()).filter((value, i) => value !== expected[i]);
    assertEquals(wrong.length, 0, `pixels of the masks of level ${level}`);
    const shape = [inputs.source.shape[0], configuration.width << level, height, width];
    const features = upload(madeUp(`features.${level}`, shape, 0, 1));
    const maskOn = paper ? "source" : "target";
    const ways = { level, sampling, fusion, maskOn, identity: paper } as const;
    await errors.value(`deformed.${level}`, deform(features, inputs.maps, masks, ways));
  }
}

/** Pictures, the discriminator's values, losses, and the gradients of all parameters. */
async function compareModel(
  { configuration, parameters, vgg, inputs }: Subject,
  errors: Errors,
): Promise<void> {
  const generatorNames = generatorParameters(configuration).map(({ name }) => name);
  const discriminatorNames = discriminatorParameters(configuration).map(({ name }) => name);
  const tensors = (names: string[]) => names.map((name) => parameters.get(name)!);
  const judge = (image: Tensor) => discriminator(image, inputs, parameters, configuration, null);

  const output = generator(inputs, parameters, configuration, null);
  await errors.value("output", output);
  await errors.value("discriminator.real", sigmoid(judge(inputs.target)));
  await errors.value("discriminator.fake", sigmoid(judge(output)));

  const nearest = reconstructionLoss(device, configuration, vgg);
  let adversarial: Tensor;
  const forGenerator = grad(device, tensors(generatorNames), () => {
    const fake = generator(inputs, parameters, configuration, null);
    adversarial = adversarialLoss(judge(fake));
    return add(adversarial, nearest(fake, inputs.target));
  });
  const forDiscriminator = grad(
    device,
    tensors(discriminatorNames),
    () => discriminatorLoss(judge(stack([inputs.target, output]))),
  );
  await errors.value("loss.generator_adversarial", adversarial!);
  await errors.value("loss.generator", forGenerator.loss);
  await errors.value("loss.discriminator", forDiscriminator.loss);
  for (const [i, name] of generatorNames.entries()) {
    await errors.gradient(`grad.${name}`, forGenerator.gradients[i]);
  }
  for (const [i, name] of discriminatorNames.entries()) {
    await errors.gradient(`grad.${name}`, forDiscriminator.gradients[i]);
  }
}

const NO_MAP = [1, 0, 0, 0, 1, 0];
/** A quad far outside of the picture. */
const NO_REGION = [-1e4, -1e4, -9999, -1e4, -9999, -9999, -1e4, -9999];

/** Moves a pair's map or region of a part by some pixels. */
interface Nudge {
  readonly what: "region" | "map";
  readonly pair: number;
  readonly part: number;
  readonly by: readonly [number, number];
}

/** Images as they are; heat maps, regions and maps by our own computation from the joints. */
function inputsOf(
  reference: Reference,
  fidelity: Fidelity,
  image: (side: "source" | "target") => Tensor,
  nudges: readonly Nudge[] = [],
): TrainingInputs {
  const sources = reference.poses("source"), targets = reference.poses("target");
  const count = sources.length, joints = human.joints.length, parts = human.parts.length;
  const heat = (poses: readonly Joints[]) => {
    const values = poses.flat().flatMap((joint) => joint ? [joint.x, joint.y] : [-1, -1]);
    return heatMaps(device.tensor([count, joints, 2], Float32Array.from(values)), size, 6);
  };
  const nudge = (what: "region" | "map", pair: number, part: number) =>
    nudges.find((n) => n.what === what && n.pair === pair && n.part === part)?.by ?? [0, 0];
  const moves = sources.map((pose, n) => deformation(human, pose, targets[n], size, fidelity));
  const maps = moves.flatMap((move, pair) =>
    move.maps.flatMap((map, part) => {
      const [a, b, c, d, e, f] = map ?? NO_MAP;
      const [dx, dy] = nudge("map", pair, part);
      return [a, b, c + dx, d, e, f + dy];
    })
  );
  const regions = moves.flatMap((move, pair) =>
    move.regions.flatMap((quad, part) => {
      const [dx, dy] = nudge("region", pair, part);
      return quad ? quad.flatMap(({ x, y }) => [x + dx, y + dy]) : NO_REGION;
    })
  );
  return {
    source: image("source"),
    target: image("target"),
    sourceHeat: heat(sources),
    targetHeat: heat(targets),
    maps: device.tensor([count, parts, 6], Float32Array.from(maps)),
    regions: device.tensor([count, parts, 8], Float32Array.from(regions)),
  };
}

function upload(tensor: StoredTensor): Tensor {
  return device.tensor(tensor.shape, new Float32Array(float32(tensor)));
}

function marketConfiguration(fidelity: Fidelity): ModelConfiguration {
  return modelConfiguration({ preset: "market", fidelity, width: 4 });
}

// --- Made-up pictures, poses and weights: the reference in the repository ---

function madeUpSubject(fidelity: Fidelity): Subject {
  const reference = ownReference(fidelity);
  const configuration = marketConfiguration(fidelity);
  const { draw } = reference.metadata;
  const shapes = [...generatorParameters(configuration), ...discriminatorParameters(configuration)];
  const parameters = new Map(
    shapes.map(({ name, shape }) => [name, upload(madeUpParameter(`${draw}.${name}`, shape))]),
  );
  const image = (side: string) => {
    const { shape, data } = reference.stored(`colours.${side}`);
    return device.tensor(shape, Float32Array.from(data, (colour) => colour / 127.5 - 1));
  };
  const vgg = convertVggWeights(madeUpVgg());
  return {
    reference,
    configuration,
    parameters,
    vgg,
    inputs: inputsOf(reference, fidelity, image),
  };
}

function madeUpParameter(name: string, shape: Shape): StoredTensor {
  if (shape.length === 4) return madeUpFilter(name, shape);
  return name.endsWith("norm.weight") ? madeUp(name, shape, 1, 0.2) : madeUp(name, shape, 0, 0.1);
}

function madeUpVgg(): Map<string, StoredTensor> {
  const layers = [
    ["block1_conv1", 3, 64],
    ["block1_conv2", 64, 64],
    ["block2_conv1", 64, 128],
  ] as const;
  return new Map(layers.flatMap(([layer, from, to]) => [
    [`${layer}.weight`, madeUpFilter(`${layer}.weight`, [to, from, 3, 3])],
    [`${layer}.bias`, madeUp(`${layer}.bias`, [to], 0, 0.1)],
  ]));
}

// --- Photos and VGG-19's own weights: the larger reference, where it is ---

/**
 * Nearest sampling at an exact half and a pixel exactly on a region's edge are decided by the last bit
 * of the reference's float64 arithmetic. These moves of at most a thousandth of a pixel decide them alike.
 */
const nudges: readonly Nudge[] = [
  { what: "region", pair: 0, part: 8, by: [-1e-3, 1e-3] },
  { what: "map", pair: 0, part: 7, by: [-1e-4, -1e-4] },
  { what: "map", pair: 1, part: 9, by: [-1e-4, 1e-4] },
];

/**
 * Three inputs of ReLUs lie so near to zero that the order of a sum decides whether gradient flows through
 * them. Some millionths of the values' size on their channels' biases decide as the reference does.
 */
const kinks = {
  "generator.decoder.4.norm.bias": { channel: 1, by: 1e-6 },
  conv1_1: { channel: 12, by: -1e-3 },
  conv1_2: { channel: 0, by: -1e-3 },
} as const;

async function photoSubject(reference: Reference, fidelity: Fidelity): Promise<Subject> {
  const configuration = marketConfiguration(fidelity);
  const vgg = convertVggWeights(parseSafetensors(await Deno.readFile(vggPath!)).tensors);
  const generatorShapes = generatorParameters(configuration);
  const discriminatorShapes = discriminatorParameters(configuration);
  const { metadata } = reference;
  assertEquals(`${countParameters(generatorShapes)}`, metadata.parameters_generator);
  assertEquals(`${countParameters(discriminatorShapes)}`, metadata.parameters_discriminator);
  const parameters = new Map(
    [...generatorShapes, ...discriminatorShapes].map(({ name }) => [
      name,
      upload(reference.stored(`param.${name}`)),
    ]),
  );
  if (fidelity === "paper") {
    const name = "generator.decoder.4.norm.bias";
    await nudgeBias(parameters.get(name)!, kinks[name]);
    for (const layer of ["conv1_1", "conv1_2"] as const) {
      vgg.layers[layer].bias[kinks[layer].channel] += kinks[layer].by;
    }
  }
  const image = (side: string) => upload(reference.stored(`image.${side}`));
  const moves = fidelity === "released" ? nudges : [];
  const inputs = inputsOf(reference, fidelity, image, moves);
  return { reference, configuration, parameters, vgg, inputs };
}

async function nudgeBias(
  bias: Tensor,
  { channel, by }: { channel: number; by: number },
): Promise<void> {
  const values = await bias.read();
  values[channel] += by;
  device.write(bias, values);
}

/** The larger reference has the means of VGG-19's channels. */
async function compareVggMeans({ reference, vgg, inputs }: Subject): Promise<void> {
  const features = await vggConv12(device, vgg)(inputs.target).read();
  const plane = size.width * size.height;
  const means = Array.from(
    { length: 2 * 64 },
    (_, i) => features.subarray(i * plane, (i + 1) * plane).reduce((a, b) => a + b, 0) / plane,
  );
  const expected = float32(reference.stored("vgg.block1_conv2.target.mean"));
  const error = relativeError(means, expected);
  assert(error <= VALUES, `VGG features: relative error ${error}`);
}
