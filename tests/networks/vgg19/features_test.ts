import { assertEquals, assertThrows } from "@std/assert";
import { modelConfiguration } from "../../../model/configuration.ts";
import { colourPatches, vggConv12, vggConv21 } from "../../../networks/vgg19/features.ts";
import { reconstructionLoss } from "../../../model/losses.ts";
import type { VggConvolution, VggWeights } from "../../../networks/vgg19/weights.ts";
import { type Array64, assertClose, device, randomArray, upload } from "../../op_check.ts";
import { conv2d } from "../../reference/convolution.ts";
import { maxPool2d } from "../../reference/max_pool2d.ts";
import { nearestPatchReference } from "../../reference/nearest_patch.ts";

const KEEP = { stride: 1, padding: 1 };
const relu = ({ shape, data }: Array64) => ({ shape, data: data.map((x) => Math.max(0, x)) });
const asArray = ({ shape, weight }: VggConvolution) => ({ shape, data: Float64Array.from(weight) });

function randomLayer(seed: number, outputs: number, inputs: number): VggConvolution {
  const shape = [outputs, inputs, 3, 3] as const;
  const weight = Float32Array.from(randomArray(seed, shape, -0.1, 0.1).data);
  const bias = Float32Array.from(randomArray(seed + 1, [outputs]).data);
  return { shape, weight, bias };
}

const weights: VggWeights = {
  mean: [120, 110, 100],
  layers: {
    conv1_1: randomLayer(1, 64, 3),
    conv1_2: randomLayer(3, 64, 64),
    conv2_1: randomLayer(5, 128, 64),
  },
};

function layer(name: keyof VggWeights["layers"]) {
  const convolution = weights.layers[name];
  const bias = { shape: [convolution.shape[0]], data: Float64Array.from(convolution.bias) };
  return (x: Array64) => relu(conv2d(KEEP)(x, asArray(convolution), bias));
}

/** [-1, 1] to 0..255 minus the mean of the channel. */
function vggInput({ shape, data }: Array64): Array64 {
  const plane = shape[2] * shape[3];
  const meanOf = (i: number) => weights.mean[Math.floor(i / plane) % 3];
  return { shape, data: data.map((value, i) => (value + 1) * 127.5 - meanOf(i)) };
}

const conv12 = (image: Array64) => layer("conv1_2")(layer("conv1_1")(vggInput(image)));

Deno.test("VGG features are those of the definition, up to conv1_2 and up to conv2_1", async () => {
  const image = randomArray(9, [2, 3, 6, 4]);
  const below = conv12(image);
  assertClose(await vggConv12(device, weights)(upload(image)).read(), below.data, 1e-5, "conv1_2");
  const above = layer("conv2_1")(maxPool2d(below));
  assertClose(await vggConv21(device, weights)(upload(image)).read(), above.data, 1e-5, "conv2_1");
});

Deno.test("colour patches hold a pixel's neighbourhood in 0..255, mid-grey outside", async () => {
  const image = { shape: [1, 3, 2, 2], data: Float64Array.from({ length: 12 }, (_, i) => i / 12) };
  const patches = await colourPatches(device)(upload(image)).read();
  assertEquals(patches.length, 27 * 4);
  const byte = (channel: number, y: number, x: number) =>
    y < 0 || y > 1 || x < 0 || x > 1 ? 127.5 : (image.data[channel * 4 + y * 2 + x] + 1) * 127.5;
  const expected = Array.from({ length: 27 * 4 }, (_, i) => {
    const [feature, y, x] = [Math.floor(i / 4), Math.floor(i / 2) % 2, i % 2];
    const [channel, ky, kx] = [Math.floor(feature / 9), Math.floor(feature / 3) % 3, feature % 3];
    return byte(channel, y + ky - 1, x + kx - 1);
  });
  assertClose(patches, expected, 1e-6, "patches");
});

Deno.test("each reconstruction loss is its formula times its factor", async () => {
  const [a, b] = [randomArray(1, [1, 3, 6, 8]), randomArray(2, [1, 3, 6, 8])];
  const l1 = a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]), 0) / a.data.length;
  const perceptual = (() => {
    const [fa, fb] = [a, b].map((image) => layer("conv2_1")(maxPool2d(conv12(image))).data);
    return fa.reduce((sum, value, i) => sum + Math.abs(value - fb[i]), 0) / fa.length;
  })();
  const nearest = nearestPatchReference(conv12(a), conv12(b), 3).data[0];
  for (
    const [configuration, expected] of [
      ["dsc", 100 * l1],
      ["percloss", 0.5 * perceptual],
      ["full", 0.01 * nearest],
    ] as const
  ) {
    const model = modelConfiguration({ preset: "market", configuration });
    const loss = reconstructionLoss(device, model, weights)(upload(a), upload(b));
    assertClose(await loss.read(), [expected], 1e-5, configuration);
  }
});

Deno.test("the perceptual loss is refused without VGG weights", () => {
  const model = modelConfiguration({ preset: "market", configuration: "percloss" });
  assertThrows(() => reconstructionLoss(device, model, null), Error, "give --vgg FILE");
});
