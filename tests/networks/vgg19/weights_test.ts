import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { parseSafetensors, storedFloat32, type StoredTensor } from "../../../engine/safetensors.ts";
import {
  convertVggWeights,
  vggTensorNames,
  type VggWeights,
} from "../../../networks/vgg19/weights.ts";
import { sharedPath } from "../../shared.ts";

type Tensors = Map<string, StoredTensor>;

const shapes = [[64, 3, 3, 3], [64, 64, 3, 3], [128, 64, 3, 3]];
const keras = ["block1_conv1", "block1_conv2", "block2_conv1"];
const torchvision = ["features.0", "features.2", "features.5"];

/** Made-up weights under the given layer names. */
function madeUp(names: string[]): Tensors {
  const tensors: Tensors = new Map();
  const wave = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i + 1));
  shapes.forEach((shape, i) => {
    tensors.set(`${names[i]}.weight`, storedFloat32(wave(shape.reduce((a, b) => a * b)), shape));
    tensors.set(`${names[i]}.bias`, storedFloat32(wave(shape[0]), [shape[0]]));
  });
  return tensors;
}

/** Output `out` of conv1_1 in the corner of a picture of one RGB colour: the upper and left taps are padding. */
function corner(
  rgb: number[],
  out: number,
  weight: Float32Array,
  prepare: (channel: number) => number,
) {
  let sum = 0;
  for (let channel = 0; channel < rgb.length; channel++) {
    for (const tap of [4, 5, 7, 8]) sum += weight[(out * 3 + channel) * 9 + tap] * prepare(channel);
  }
  return sum;
}

Deno.test("vgg_weights: both families compute what they did on their own input, padding included", () => {
  const rgb = [200, 30, 90];
  const input: [string[], (channel: number) => number][] = [
    [keras, (i) => [90 - 103.939, 30 - 116.779, 200 - 123.68][i]],
    [
      torchvision,
      (i) => (rgb[i] / 255 - [0.485, 0.456, 0.406][i]) / [0.229, 0.224, 0.225][i],
    ],
  ];
  for (const [names, prepare] of input) {
    const tensors = madeUp(names);
    const raw = parseFloats(tensors, `${names[0]}.weight`);
    const { mean, layers } = convertVggWeights(tensors);
    for (const out of [0, 1, 63]) {
      const converted = corner(rgb, out, layers.conv1_1.weight, (i) => rgb[i] - mean[i]);
      assertAlmostEquals(converted, corner(rgb, out, raw, prepare), 1e-4);
    }
    assertEquals(layers.conv1_1.bias, parseFloats(tensors, `${names[0]}.bias`));
    assertEquals(layers.conv1_2.weight, parseFloats(tensors, `${names[1]}.weight`));
    assertEquals(layers.conv2_1.shape, [128, 64, 3, 3]);
  }
});

function parseFloats(tensors: Tensors, name: string): Float32Array {
  const data = tensors.get(name)?.data ?? new Uint8Array();
  return new Float32Array(data.slice().buffer);
}

Deno.test("vgg_weights: of a whole file only six tensors are taken", () => {
  const deeper = Array.from({ length: 40 }, (_, i) => `features.${i}.weight`);
  assertEquals(
    vggTensorNames(["head.fc.weight", "features.0.bias", ...deeper]),
    torchvision.flatMap((name) => [`${name}.weight`, `${name}.bias`]),
  );
});

Deno.test("vgg_weights: wrong files are refused", () => {
  const changed = (name: string, tensor?: StoredTensor) => {
    const tensors = madeUp(keras);
    if (tensor) tensors.set(name, tensor);
    else tensors.delete(name);
    return () => convertVggWeights(tensors);
  };
  const bias = (value: number, length = 64) =>
    storedFloat32(new Float32Array(length).fill(value), [length]);
  const name = "block1_conv2.bias";
  assertThrows(
    changed("block1_conv1.weight"),
    Error,
    "no block1_conv1.weight or features.0.weight",
  );
  assertThrows(changed(name), Error, `${name} is missing but must be [64]`);
  assertThrows(changed(name, bias(1, 65)), Error, `${name} has the shape [65] but must be [64]`);
  assertThrows(changed(name, bias(0)), Error, `${name} is all zero`);
  assertThrows(changed(name, bias(NaN)), Error, `${name} is not all finite`);
  assertThrows(changed(name, bias(-Infinity)), Error, `${name} is not all finite`);
  assertThrows(changed(name, bias(1e4)), Error, `${name} holds 10000`);
  const vgg16 = [0, 2, 5, 7, 10, 12, 14, 17].map((i) => `features.${i}.weight`);
  assertThrows(() => vggTensorNames(vgg16), Error, "shallower network");
  const kerasVgg16 = [...madeUp(keras).keys(), "block3_conv2.weight", "block3_conv3.weight"];
  assertThrows(() => vggTensorNames(kerasVgg16), Error, "shallower network");
});

Deno.test("vgg_weights: the published Keras weights are accepted", () => {
  const path = sharedPath("weights/vgg19-keras-block1-block2conv1.safetensors");
  if (path === null) return;
  const { tensors } = parseSafetensors(Deno.readFileSync(path));
  const { mean, layers }: VggWeights = convertVggWeights(tensors);
  assertEquals(mean, [123.68, 116.779, 103.939]);
  const raw = parseFloats(tensors, "block1_conv1.weight");
  assertEquals(layers.conv1_1.weight.subarray(0, 9), raw.subarray(18, 27));
  assertLess(Math.max(...layers.conv1_2.weight), 1);
});
