/** One picture and one training step, at WebGPU's default limits, as on a GPU, and by another WebGPU. */
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { join } from "node:path";
import { Device } from "../engine/device.ts";
import { float32, parseSafetensors } from "../engine/safetensors.ts";
import { inFolder, largestDifference } from "./data/fixtures.ts";
import { DEFAULT_LIMITS } from "./device.ts";
import { assertClose, device, relativeError } from "./op_check.ts";
import { paintedPicture, trainingStep } from "./same_everywhere.ts";
import { runScript } from "./script.ts";

/** At most so much of a tensor's largest value. */
const LOSSES = 1e-5, GRADIENTS = 1e-4;

interface Computed {
  readonly picture: ArrayLike<number>;
  readonly step: ReadonlyMap<string, ArrayLike<number>>;
}

const compute = async (): Promise<Computed> => ({
  picture: await paintedPicture(device),
  step: await trainingStep(device),
});
const { kind } = device;
const asOnCpu = await compute();
device.kind = "gpu";
const asOnGpu = await compute();
device.kind = kind;

/** What `writeComputed` wrote. */
async function readComputed(file: string): Promise<Computed> {
  const { tensors } = parseSafetensors(await Deno.readFile(file));
  const step = new Map([...tensors].map(([name, stored]) => [name, float32(stored)]));
  const picture = step.get("picture")!;
  step.delete("picture");
  return { picture, step };
}

/** Compares what was computed in two ways, and says by how much it differs. */
function assertSame(what: string, actual: Computed, expected: Computed): void {
  const bytes = largestDifference(actual.picture, expected.picture);
  assertLessOrEqual(bytes, 1, `${what}: bytes of the picture`);
  assertEquals(new Set(actual.step.keys()), new Set(expected.step.keys()));
  const largest = { losses: 0, gradients: 0 };
  for (const [name, values] of actual.step) {
    const wanted = expected.step.get(name)!;
    const which = name === "losses" ? name : "gradients";
    assertClose(values, wanted, which === "losses" ? LOSSES : GRADIENTS, `${what}: ${name}`);
    largest[which] = Math.max(largest[which], relativeError(values, wanted));
  }
  console.log(
    `${what}: largest difference of bytes ${bytes}, of losses ${
      largest.losses.toExponential(1)
    }, ` +
      `of gradients ${largest.gradients.toExponential(1)}`,
  );
}

Deno.test("WebGPU's default limits: the bundled model paints what it paints at the adapter's own", async () => {
  for (const [name, limit] of Object.entries(DEFAULT_LIMITS)) {
    assertEquals(device.gpu.limits[name as keyof typeof DEFAULT_LIMITS], limit, name);
  }
  const raised = await Device.open();
  assertEquals(await paintedPicture(raised), asOnCpu.picture);
  raised.close();
});

Deno.test("kernels for GPUs: the picture and the training step of those for CPUs", () => {
  assertSame("for GPUs and for CPUs", asOnGpu, asOnCpu);
});

Deno.test("Dawn: the picture and the training step of wgpu", () =>
  inFolder(async (folder) => {
    const file = join(folder, "dawn.safetensors");
    await runScript("tests/dawn/deno.json", "tests/dawn/main.ts", [file]);
    assertSame("Dawn and wgpu", await readComputed(file), asOnGpu);
  }));

Deno.test("lavapipe: vectors of another width give the picture and the training step", () =>
  inFolder(async (folder) => {
    const [, bits] = device.name.match(/^llvmpipe .* (\d+) bits/) ?? [];
    if (!bits) return console.error(`SKIPPED: ${device.name} has no vectors to choose`);
    const other = bits === "256" ? "128" : "256";
    const file = join(folder, "computed.safetensors");
    const env = { LP_NATIVE_VECTOR_WIDTH: other };
    await runScript("deno.json", "tests/compute.ts", [file], env);
    assertSame(`${other} and ${bits} bits`, await readComputed(file), asOnCpu);
  }));
