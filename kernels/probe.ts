import type { Device } from "../engine/device.ts";
import { filled, gradFrom } from "../engine/tape.ts";
import type { DeviceKind } from "../engine/tensor.ts";
import { conv2d } from "./conv2d.ts";
import { kindsLike } from "./tuning.ts";

/** Kinds take turns, each for so long; of each the fastest turn counts. */
const TURNS = 3;
const TURN_MS = 20;
const MOST_LAUNCHES = 100;
/** No third kind is tried after so long, most of it for compiling. */
const PATIENCE_MS = 2000;
/** What the likeliest kind may take longer than another: times are noisy. */
const PREFERENCE = 1.05;

/**
 * The kind as which a device is fastest: as each it computes a layer like the model's heaviest, forwards and backwards.
 * Leaves the device of that kind.
 */
export async function fastestKind(device: Device): Promise<DeviceKind> {
  const timed: { kind: DeviceKind; launches: number; milliseconds: number }[] = [];
  const start = performance.now();
  for (const kind of kindsLike(device.kind)) {
    if (timed.length >= 2 && performance.now() - start > PATIENCE_MS) break;
    await time(device, kind, 1); // compiles
    const launches = Math.min(MOST_LAUNCHES, Math.ceil(TURN_MS / await time(device, kind, 1)));
    timed.push({ kind, launches, milliseconds: Infinity });
  }
  for (let turn = 0; turn < TURNS; turn++) {
    for (const one of timed) {
      const milliseconds = await time(device, one.kind, one.launches);
      one.milliseconds = Math.min(one.milliseconds, milliseconds);
    }
  }
  timed[0].milliseconds /= PREFERENCE;
  const [{ kind }] = timed.sort((a, b) => a.milliseconds - b.milliseconds);
  return device.kind = kind;
}

/**
 * Milliseconds that the layer takes, the mean of some launches: by the GPU's own clock where it has one, as some platforms
 * hear 10 ms late that it has finished.
 */
async function time(device: Device, kind: DeviceKind, launches: number): Promise<number> {
  device.kind = kind;
  const compute = () => {
    for (let i = 0; i < launches; i++) device.scope(() => computeLayer(device));
  };
  if (device.gpu.features.has("timestamp-query")) {
    const spans = await device.profile(compute);
    return spans.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / launches;
  }
  const start = performance.now();
  compute();
  await device.finish();
  return (performance.now() - start) / launches;
}

function computeLayer(device: Device): void {
  const x = filled(device, [4, 128, 32, 16], 0.5);
  const weight = filled(device, [256, 128, 4, 4], 0.5);
  const forward = () => conv2d(x, weight, null, { stride: 2, padding: 1 });
  gradFrom(device, [x, weight], forward, ({ shape }) => filled(device, shape, 0.5));
}
