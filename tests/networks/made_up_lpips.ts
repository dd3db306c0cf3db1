import type { StoredTensor } from "../../engine/safetensors.ts";
import { madeUp, madeUpFilter } from "./made_up.ts";

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

export function madeUpLpips(kind: keyof typeof backbones): Map<string, StoredTensor> {
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
