import type { Device } from "../engine/device.ts";
import type { DeviceKind } from "../engine/tensor.ts";
import { kindsLike } from "../kernels/tuning.ts";

/** Where answers are kept from one program to the next. Where it throws, nothing is kept. */
export interface AnswerStore {
  /** What was kept under a name; null where nothing is. */
  get(name: string): Promise<string | null> | string | null;
  set(name: string, answer: string): Promise<void> | void;
}

/** For so long an answer holds: drivers are replaced, and do not tell their version. */
const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Lets a device be of the kind as which its kernels run fastest (kernels/probe.ts): the one that was measured in the last
 * month, or else the one that is measured now.
 *
 * @param name of the device and its driver, under which the answer is kept
 * @param onProbe is told before it is measured, which takes a second or two
 */
export async function beFastest(
  device: Device,
  name: string,
  store: AnswerStore,
  onProbe: () => void,
): Promise<void> {
  const kinds = kindsLike(device.kind);
  if (kinds.length === 1) return;
  const kept = await keptAnswer(name, store, kinds);
  if (kept) {
    device.kind = kept;
    return;
  }
  onProbe();
  const { fastestKind } = await import("../kernels/probe.ts"); // seldom needed
  const kind = await fastestKind(device);
  try {
    await store.set(name, JSON.stringify({ kind, measured: Date.now() }));
  } catch {
    // It is measured again the next time.
  }
}

/** Null for what is not there, old, broken or none of those kinds. */
async function keptAnswer(
  name: string,
  store: AnswerStore,
  kinds: readonly DeviceKind[],
): Promise<DeviceKind | null> {
  try {
    const { kind, measured } = JSON.parse(await store.get(name) ?? "{}");
    const isNew = Math.abs(Date.now() - measured) < DAYS * DAY_MS;
    return isNew ? kinds.find((one) => one === kind) ?? null : null;
  } catch {
    return null;
  }
}
