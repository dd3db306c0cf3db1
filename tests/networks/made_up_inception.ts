import type { StoredTensor } from "../../engine/safetensors.ts";
import { inceptionV3 } from "../../networks/inception/table.ts";
import type { Sequence } from "../../networks/sequence.ts";
import { madeUp, madeUpFilter } from "./made_up.ts";

/** All tensors of an Inception-v3 of so many classes. */
export function madeUpInception(classes: number): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  const pool = { pool: "max", size: 3, stride: 1, padding: 1 } as const;
  const add = (steps: Sequence, inputs: number): number =>
    steps.reduce((inputs, step) => {
      if ("pool" in step) return inputs;
      if ("branches" in step) {
        return step.branches.reduce((sum, branch) => sum + add(branch, inputs), 0);
      }
      const { name, outputs, kernel } = step;
      const filter = `${name}.conv.weight`;
      tensors.set(filter, madeUpFilter(filter, [outputs, inputs, ...kernel]));
      for (const [value, [centre, spread]] of Object.entries(norms)) {
        const norm = `${name}.bn.${value}`;
        tensors.set(norm, madeUp(norm, [outputs], centre, spread));
      }
      return outputs;
    }, inputs);
  const outputs = add(inceptionV3(pool, pool), 3);
  tensors.set("fc.weight", madeUpFilter("fc.weight", [classes, outputs]));
  tensors.set("fc.bias", madeUp("fc.bias", [classes], 0, 0.5));
  return tensors;
}

const norms = {
  weight: [1, 0.2],
  bias: [0, 0.1],
  running_mean: [0, 0.1],
  running_var: [1, 0.5],
} as const;
