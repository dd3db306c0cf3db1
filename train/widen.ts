import { KeyedRandom } from "../data/keyed_random.ts";
import { storedFloat32 } from "../engine/safetensors.ts";
import { type Shape, sizeOf } from "../engine/tensor.ts";
import {
  type Checkpoint,
  checkpointValues,
  generatorValues,
  type GeneratorWeights,
} from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { discriminatorParameters } from "../model/discriminator.ts";
import { generatorParameters } from "../model/generator.ts";
import { RESAMPLE } from "../model/layers.ts";
import type { ParameterShape } from "../model/parameters.ts";

type Values = GeneratorWeights["values"];
type Value = Values extends ReadonlyMap<string, infer V> ? V : never;

/** Channels of a network's first layer, before it is widened and after. */
export interface Widths {
  readonly before: number;
  readonly after: number;
}

/**
 * A checkpoint for networks of that configuration to begin with: as it is, or, where its own are narrower, with wider
 * ones that compute the same.
 * @throws Error where its own are wider, or of other layers.
 */
export function widened(checkpoint: Checkpoint, configuration: ModelConfiguration): Checkpoint {
  const { path, metadata } = checkpoint;
  const widths = { before: Number(metadata.width), after: configuration.width };
  if (widths.before === widths.after) return checkpoint;
  if (widths.before > widths.after) {
    const { before, after } = widths;
    throw new Error(`${path} has width ${before}: it can become wider, but not ${after}`);
  }
  const narrower = { ...configuration, width: widths.before };
  const ofDiscriminator = discriminatorParameters(narrower);
  const tensors = [...widen(
    generatorValues(checkpoint, narrower),
    generatorParameters(configuration),
    widths,
  )];
  if (checkpoint.tensors.has(ofDiscriminator[0].name)) {
    const before = checkpointValues(checkpoint, ofDiscriminator);
    tensors.push(...widen(before, discriminatorParameters(configuration), widths));
  }
  const stored = tensors.map(([name, { shape, data }]) =>
    [name, storedFloat32(data, shape)] as const
  );
  return { path, metadata, tensors: new Map(stored) };
}

/**
 * The parameters of a wider network, of the given names and shapes, that computes what the one of `values` does
 * (Net2WiderNet: Chen, Goodfellow and Shlens, ICLR 2016). New channels are copies of old ones; a layer that reads a
 * channel and its copies shares its weight out among them, at random, so that the copies learn different things from
 * the first step on. Under layer norm, whose mean counts copies twice, it computes almost the same.
 */
export function widen(values: Values, shapes: readonly ParameterShape[], widths: Widths): Values {
  return new Map(shapes.map(({ name, shape }, index) => {
    const old = values.get(name)!;
    const random = new KeyedRandom(0, 0, index);
    const widened = shape.length === 1
      ? copied(old, shape, widths)
      : sharedOut(old, shape, widths, isTransposed({ name, shape }), random);
    return [name, { shape, data: widened }];
  }));
}

/** Transposed convolutions have their inputs first: the decoder's layers that double the size. */
function isTransposed({ name, shape }: ParameterShape): boolean {
  return name.startsWith("generator.decoder.") && shape[2] === RESAMPLE.kernel;
}

/**
 * Of each channel of an axis of `to`, the old one that it copies. All that widens is blocks of `before` channels, and
 * becomes as many blocks of `after`.
 */
function sources(from: number, to: number, { before, after }: Widths): number[] {
  const source = (c: number) => Math.floor(c / after) * before + c % after % before;
  return Array.from({ length: to }, (_, c) => from === to ? c : source(c));
}

function copied(old: Value, [to]: Shape, widths: Widths): Float32Array<ArrayBuffer> {
  return Float32Array.from(sources(old.shape[0], to, widths), (source) => old.data[source]);
}

function sharedOut(
  { shape: old, data }: Value,
  shape: Shape,
  widths: Widths,
  transposed: boolean,
  random: KeyedRandom,
): Float32Array<ArrayBuffer> {
  const [outputAxis, inputAxis] = transposed ? [1, 0] : [0, 1];
  const outputs = sources(old[outputAxis], shape[outputAxis], widths);
  const inputs = sources(old[inputAxis], shape[inputAxis], widths);
  const taps = shape[2] * shape[3];
  const at = (output: number, input: number, tap: number, [, columns]: Shape) =>
    (transposed ? input * columns + output : output * columns + input) * taps + tap;
  const widened = new Float32Array(sizeOf(shape));
  outputs.forEach((output, o) => {
    for (let tap = 0; tap < taps; tap++) {
      const shares = inputs.map(() => random.next());
      const totals = new Float64Array(old[inputAxis]);
      inputs.forEach((input, i) => totals[input] += shares[i]);
      inputs.forEach((input, i) => {
        const weight = data[at(output, input, tap, old)];
        widened[at(o, i, tap, shape)] = weight * shares[i] / totals[input];
      });
    }
  });
  return widened;
}
