import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { storedFloat32, type StoredTensor } from "../../engine/safetensors.ts";
import { type Checkpoint, checkpointModel, checkpointValues } from "../../model/checkpoint.ts";
import { checkpointFile, readCheckpoint } from "../../repose/files/open_studio.ts";
import { restoreState } from "../../train/checkpoint.ts";
import { writeCheckpoint } from "../../train/write_checkpoint.ts";
import { requireSameRun, runMetadata } from "../../train/run_metadata.ts";
import { trainingPlan } from "../../train/options.ts";
import { inFolder } from "../data/fixtures.ts";
import { device } from "../op_check.ts";

const state = () =>
  new Map([
    ["b", device.tensor([2, 3], Float32Array.of(1, -2, 3.5, 0, 1e-30, 7))],
    ["a", device.tensor([1], Float32Array.of(0.1))],
  ]);

Deno.test("checkpoint: comes back bit for bit, and the same state gives the same bytes", async () => {
  await inFolder(async (folder) => {
    const [path, again] = [join(folder, "one"), join(folder, "two")];
    const written = state();
    await writeCheckpoint(path, device, written, { step: "12" });
    const restored = new Map(
      [...state()].map(([name, { shape, size }]) =>
        [name, device.tensor(shape, new Float32Array(size))] as const
      ),
    );
    assertEquals(restoreState(device, restored, await readCheckpoint(path)), 12);
    for (const [name, tensor] of written) {
      assertEquals(await restored.get(name)!.read(), await tensor.read());
    }
    await writeCheckpoint(again, device, restored, { step: "12" });
    assertEquals(await Deno.readFile(again), await Deno.readFile(path));
  });
});

Deno.test("checkpoint: a file that is missing, cut short or something else is named", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "checkpoint.safetensors");
    const refused = async (message: string) => {
      const error = await assertRejects(() => readCheckpoint(path), Error, message);
      assertEquals(error.message.includes(path), true);
    };
    await refused("cannot read the checkpoint");
    await writeCheckpoint(path, device, state(), {});
    const bytes = await Deno.readFile(path);
    for (const length of [bytes.length - 1, 40, 4, 0]) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      await refused("safetensors");
    }
    await Deno.writeTextFile(path, "not a checkpoint at all, but long enough to look into");
    await refused("this is not a safetensors file");
  });
});

function checkpoint(
  metadata: Record<string, string>,
  tensors: Record<string, StoredTensor> = {},
): Checkpoint {
  return { path: "it.safetensors", metadata, tensors: new Map(Object.entries(tensors)) };
}

Deno.test("checkpoint: its metadata tell the model, with the fidelity's fields unless they say else", () => {
  const least = { preset: "market", fidelity: "released", width: "4" };
  const model = checkpointModel(checkpoint(least));
  assertEquals([model.preset, model.width, model.configuration], ["market", 4, "full"]);
  assertEquals([model.norm, model.sampling, model.fusion], ["layer", "nearest", "max"]);
  const other = checkpointModel(checkpoint({ ...least, sampling: "bilinear", format: "pt" }));
  assertEquals([other.norm, other.sampling], ["layer", "bilinear"]);

  for (const version of ["2", "", "one"]) {
    assertThrows(
      () => checkpointModel(checkpoint({ ...least, version, more: "" })),
      Error,
      `it.safetensors is a checkpoint of format ${version}, but this program knows 1 only`,
    );
  }
  assertThrows(
    () => checkpointModel(checkpoint({ ...least, version: "1", widht: "4" })),
    Error,
    'its metadata have an unknown field "widht"',
  );
  for (const name of ["preset", "fidelity", "width"]) {
    const { [name]: _, ...rest } = least as Record<string, string>;
    assertThrows(
      () => checkpointModel(checkpoint(rest)),
      Error,
      "it.safetensors is not a checkpoint",
    );
  }
  assertThrows(
    () => checkpointModel(checkpoint({ ...least, width: "0" })),
    Error,
    "it.safetensors is not a checkpoint of this program: width must be",
  );
});

Deno.test("checkpoint: half floats are widened; wrong shapes and missing tensors are named", () => {
  const half: StoredTensor = {
    dtype: "F16",
    shape: [2],
    data: new Uint8Array(Float16Array.of(0.5, -3).buffer),
  };
  const file = checkpoint({}, { half, full: storedFloat32(Float32Array.of(1, 2, 3, 4), [2, 2]) });
  const values = checkpointValues(file, [{ name: "half", shape: [2] }]);
  assertEquals([...values.get("half")!.data], [0.5, -3]);
  assertThrows(
    () => checkpointValues(file, [{ name: "full", shape: [4] }]),
    Error,
    "it.safetensors: full has the shape [2,2] but must be [4]",
  );
  assertThrows(
    () => checkpointValues(file, [{ name: "none", shape: [4] }]),
    Error,
    "it.safetensors: none is missing but must be [4]",
  );
  for (const value of [NaN, Infinity]) {
    const spoilt = checkpoint({}, { spoilt: storedFloat32(Float32Array.of(1, value), [2]) });
    assertThrows(
      () => checkpointValues(spoilt, [{ name: "spoilt", shape: [2] }]),
      Error,
      "it.safetensors: spoilt is not all finite; give another checkpoint",
    );
  }
  assertThrows(() => restoreState(device, new Map(), file), Error, "name no step");
});

Deno.test("checkpoint: a folder without a model is named", async () => {
  await inFolder(async (folder) => {
    const message = `${folder} is no folder of a run that saved a model`;
    await assertRejects(() => checkpointFile(folder), Error, message);
  });
});

Deno.test("checkpoint: a run's folder stands for its networks; what a run writes is known", async () => {
  await inFolder(async (folder) => {
    const metadata = await runMetadata(await trainingPlan({ vgg: "none" }), 1, null);
    const path = join(folder, "model.safetensors");
    await writeCheckpoint(path, device, state(), { ...metadata, lists: "0", step: "1" });
    assertEquals((await readCheckpoint(folder)).path, path);
    assertEquals(checkpointModel(await readCheckpoint(folder)).preset, "demo");
  });
});

Deno.test("checkpoint: a run with other settings is told what differs", async () => {
  const run = async (settings: { width?: number; seed?: number }, pairs = 10) =>
    await runMetadata(await trainingPlan({ vgg: "none", ...settings }), pairs, null);
  const file = checkpoint({ ...await run({ width: 4 }), step: "3" });
  requireSameRun(file, await run({ width: 4 }));
  const { dropout: _, ...older } = file.metadata;
  requireSameRun(checkpoint(older), await run({ width: 4 }));
  const refused = (other: Record<string, string>, message: string) =>
    assertThrows(() => requireSameRun(file, other), Error, message);
  refused(
    await run({ width: 5, seed: 1 }),
    "other settings: width 4 (now 5), seed 0 (now 1)",
  );
  refused(await run({ width: 4 }, 11), "pairs 10 (now 11)");
});

Deno.test("checkpoint: other VGG-19 weights are other settings", async () => {
  const plan = await trainingPlan({ vgg: "none" });
  const layer = (value: number) => ({
    shape: [1, 1, 3, 3] as const,
    weight: new Float32Array(9).fill(value),
    bias: Float32Array.of(value),
  });
  const weights = (value: number) => ({
    mean: [1, 2, 3],
    layers: { conv1_1: layer(1), conv1_2: layer(2), conv2_1: layer(value) },
  });
  const [a, b] = [await runMetadata(plan, 1, weights(3)), await runMetadata(plan, 1, weights(4))];
  assertEquals((await runMetadata(plan, 1, weights(3))).vgg, a.vgg);
  assertThrows(() => requireSameRun(checkpoint(a), b), Error, `vgg ${a.vgg} (now ${b.vgg})`);
});
