import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { StoredTensor } from "../../../engine/safetensors.ts";
import { Lpips } from "../../../evaluate/networks/lpips.ts";
import { assertClose, device } from "../../op_check.ts";
import { referenceValues } from "../../reference/networks.ts";
import { madeUp, madeUpFilter, madeUpPicture } from "./made_up.ts";

type Filters = readonly (readonly [index: number, outputs: number, size: number])[];

// deno-fmt-ignore
const vgg16: Filters = [
  [0, 64, 3], [2, 64, 3], [5, 128, 3], [7, 128, 3], [10, 256, 3], [12, 256, 3], [14, 256, 3],
  [17, 512, 3], [19, 512, 3], [21, 512, 3], [24, 512, 3], [26, 512, 3], [28, 512, 3],
];
const alexNet: Filters = [[0, 64, 11], [3, 192, 5], [6, 384, 3], [8, 256, 3], [10, 256, 3]];

/** The convolutions of torchvision's networks, and after which of them LPIPS looks. */
const backbones = {
  alexnet: { filters: alexNet, ends: [0, 3, 6, 8, 10] },
  vgg16: { filters: vgg16, ends: [2, 7, 14, 21, 28] },
};

function madeUpWeights(kind: keyof typeof backbones): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  const { filters, ends } = backbones[kind];
  let inputs = 3;
  for (const [index, outputs, size] of filters) {
    const [weight, bias] = ["weight", "bias"].map((value) => `features.${index}.${value}`);
    tensors.set(weight, madeUpFilter(`${kind}.${weight}`, [outputs, inputs, size, size]));
    tensors.set(bias, madeUp(`${kind}.${bias}`, [outputs], 0, 0.1));
    if (ends.includes(index)) {
      const name = `lin${ends.indexOf(index)}.model.1.weight`;
      tensors.set(name, madeUp(`${kind}.${name}`, [1, outputs, 1, 1], 0.5, 0.5));
    }
    inputs = outputs;
  }
  return tensors;
}

const size = { width: 48, height: 64 };
const painted = madeUpPicture("painted", 48, 64);
const real = madeUpPicture("real", 48, 64);

for (const kind of ["alexnet", "vgg16"] as const) {
  Deno.test(`lpips: over ${kind}, as by its definition in PyTorch`, async () => {
    const lpips = Lpips.from(device, madeUpWeights(kind), size);
    const distance = await lpips.distance(painted, real);
    assertClose([distance], referenceValues(`lpips.${kind}`), 1e-5, "distance");
    assertEquals(await lpips.distance(real, real), 0);
    assertEquals(await lpips.distance(painted, real), distance, "to the bit");
  });
}

Deno.test("lpips: reads what the lpips package saves", async () => {
  const plain = madeUpWeights("alexnet");
  const saved = [...plain].map(([name, tensor]) =>
    [name.replace("features.", "net.slice3."), tensor] as const
  );
  const distances = [plain, new Map(saved)].map((tensors) =>
    Lpips.from(device, tensors, size).distance(painted, real)
  );
  assertEquals(await distances[0], await distances[1]);
});

Deno.test("lpips: weights and pictures that are not right are refused", async () => {
  const tensors = madeUpWeights("alexnet");
  const lpips = Lpips.from(device, tensors, size);
  await assertRejects(
    () => lpips.distance(painted, madeUpPicture("wide", 64, 48)),
    RangeError,
    "LPIPS: a picture of 64x48 pixels must have 48x64",
  );
  assertThrows(
    () => Lpips.from(device, tensors, { width: 64, height: 30 }),
    RangeError,
    "pictures of 64x30 pixels are too small: both sides need 31",
  );
  tensors.delete("lin2.model.1.weight");
  assertThrows(
    () => Lpips.from(device, tensors, size),
    Error,
    "LPIPS: lin2.model.1.weight is missing but must be [1,384,1,1]; give AlexNet or VGG-16",
  );
  assertThrows(() => Lpips.from(device, new Map(), size), Error, "features.0.weight is missing");
});
