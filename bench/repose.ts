/** Repose itself, whole: with warps, dropout and the nearest-neighbour loss. */
import { filled } from "../engine/tape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { discriminator } from "../model/discriminator.ts";
import { generator } from "../model/generator.ts";
import type { TrainingInputs } from "../model/inputs.ts";
import type { Parameters } from "../model/parameters.ts";
import { openDevice } from "../repose/files/open_device.ts";
import { Trainer } from "../train/trainer.ts";
import { type Contestant, serve, type Task } from "./contestant.ts";
import { captured, layerPass } from "./layer_pass.ts";
import {
  BATCH,
  benchConfiguration,
  paperTraining,
  sampleBatch,
  type Workload,
} from "./workload.ts";

/**
 * Skips as they are: with all regions out of sight every part adds zeros to the maximum, and what that takes
 * from the features the decoder's ReLU takes as well.
 */
function withoutParts(inputs: TrainingInputs): TrainingInputs {
  const { regions } = inputs;
  return { ...inputs, regions: filled(regions.device, regions.shape, -1e4) };
}

async function open(workload: Workload, width: number): Promise<Contestant> {
  const device = await openDevice();
  const configuration = benchConfiguration(width);
  const upload = (name: string, batch?: number): Tensor => {
    const { shape, data } = workload.get(name)!;
    const first = batch ?? shape[0];
    return device.tensor([first, ...shape.slice(1)], data.slice(0, data.length / shape[0] * first));
  };
  const names = [...workload.keys()].filter((name) => name.includes("."));
  const parameters: Parameters = new Map(names.map((name) => [name, upload(name)]));
  const inputsOf = (batch: number): TrainingInputs => ({
    source: upload("source", batch),
    target: upload("target", batch),
    sourceHeat: upload("source_heat", batch),
    targetHeat: upload("target_heat", batch),
    maps: upload("maps", batch),
    regions: upload("regions", batch),
  });
  return {
    device: device.name,
    version: "Repose",
    async prepare(task: Task) {
      if (task.kind === "layer") return layerPass(device, task.layer, task.pass);
      if (task.kind === "step") {
        const batch = await sampleBatch(configuration, task.batch);
        const trainer = Trainer.create(device, configuration, paperTraining);
        return () => trainer.step(batch, batch);
      }
      const inputs = inputsOf(task.batch);
      return captured(device, () => generator(inputs, parameters, configuration, null));
    },
    finish: () => device.finish(),
    async outputs(warps) {
      const inputs = warps ? inputsOf(BATCH) : withoutParts(inputsOf(BATCH));
      const painted = generator(inputs, parameters, configuration, null);
      const logits = discriminator(painted, inputs, parameters, configuration, null);
      return new Float32Array([...await painted.read(), ...await logits.read()]);
    },
  };
}

await serve(open);
