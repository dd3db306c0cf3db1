/**
 * The networks in jax-js, NCHW. Left out, all of it less work than Repose's: the warps of the skips (there is
 * no differentiable sampling by a map), dropout, and the nearest-neighbour loss.
 *
 * jax-js frees an array that is passed on; `.ref` keeps it.
 */
import type * as jax from "@jax-js/jax";
import { lax, nn, numpy as np } from "@jax-js/jax";
import { benchConfiguration } from "../workload.ts";

/** Arrays by name. Its functions borrow it: what they need they take a reference of. */
export type Tree = Record<string, jax.Array>;

const { levels, discriminatorLevels } = benchConfiguration(1);

export function conv(x: jax.Array, weight: jax.Array, stride: number, padding: number): jax.Array {
  return lax.convGeneralDilated(x, weight, [stride, stride], bothSides(padding));
}

export function convTranspose(
  x: jax.Array,
  weight: jax.Array,
  stride: number,
  padding: number,
): jax.Array {
  const options = { transposeKernel: true }; // weight IOHW, as a gradient of conv has it
  return lax.convTranspose(x, weight, [stride, stride], bothSides(padding), options);
}

function bothSides(padding: number): [number, number][] {
  return [[padding, padding], [padding, padding]];
}

function addBias(w: Tree, x: jax.Array, name: string): jax.Array {
  return x.add(w[`${name}.bias`].ref.reshape([1, -1, 1, 1]));
}

function normalize(w: Tree, x: jax.Array, name: string): jax.Array {
  const weight = w[`${name}.norm.weight`].ref.reshape([1, -1, 1, 1]);
  const scaled = nn.standardize(x, [2, 3]).mul(weight);
  return addBias(w, scaled, `${name}.norm`);
}

function encode(w: Tree, x: jax.Array, name: string): jax.Array[] {
  const features = [addBias(w, conv(x, w[`${name}.0.weight`].ref, 1, 1), `${name}.0`)];
  for (let i = 1; i < levels; i++) {
    const active = nn.leakyRelu(features[i - 1].ref, 0.2);
    const y = conv(active, w[`${name}.${i}.weight`].ref, 2, 1);
    features.push(i < levels - 1 ? normalize(w, y, `${name}.${i}`) : y);
  }
  return features;
}

/** Pictures [N, 3, H, W] in [-1, 1]. */
export function generator(w: Tree, inputs: Tree): jax.Array {
  const photo = np.concatenate([inputs.source.ref, inputs.source_heat.ref], 1);
  const appearance = encode(w, photo, "generator.appearance");
  const pose = encode(w, inputs.target_heat.ref, "generator.pose");
  const last = levels - 1;
  let x = np.concatenate([appearance[last], pose[last]], 1);
  for (let i = 0; i < last; i++) {
    const name = `generator.decoder.${i}`;
    const y = normalize(w, convTranspose(nn.relu(x), w[`${name}.weight`].ref, 2, 1), name);
    x = np.concatenate([y, appearance[last - 1 - i], pose[last - 1 - i]], 1);
  }
  const name = `generator.decoder.${last}`;
  return np.tanh(addBias(w, conv(nn.relu(x), w[`${name}.weight`].ref, 1, 1), name));
}

/** Logits [N, 1, h, w]; takes `image`. */
export function discriminator(w: Tree, image: jax.Array, inputs: Tree): jax.Array {
  const { source, source_heat, target_heat } = inputs;
  const all = np.concatenate([source.ref, source_heat.ref, image, target_heat.ref], 1);
  let x = addBias(w, conv(all, w["discriminator.0.weight"].ref, 2, 0), "discriminator.0");
  const last = discriminatorLevels - 1;
  for (let i = 1; i <= last; i++) {
    const name = `discriminator.${i}`;
    x = conv(nn.leakyRelu(x, 0.2), w[`${name}.weight`].ref, 2, 1);
    if (i < last) x = normalize(w, x, name);
  }
  return x;
}
