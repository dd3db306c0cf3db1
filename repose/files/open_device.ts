import { join } from "node:path";
import { makeFolderFor, writeText } from "../../data/files/write.ts";
import { Device } from "../../engine/device.ts";
import { type DeviceKind, deviceKinds } from "../../engine/tensor.ts";
import { kindsLike } from "../../kernels/tuning.ts";
import { cacheFolder } from "../../networks/files/download.ts";
import { type AnswerStore, beFastest } from "../fastest_kind.ts";
import { debugOptions } from "./debug_options.ts";

/**
 * The GPU, of the kind as which it is fastest (kernels/tuning.ts). REPOSE_KIND says which that is, whatever the GPU is;
 * else it is `before`, where a run goes on that began as that kind on such a GPU; else what was measured.
 * @throws Error of one line as `Device.open`, and where REPOSE_KIND is no kind
 */
export async function openDevice(before?: string): Promise<Device> {
  const named = kindInEnvironment();
  const device = await Device.open(debugOptions());
  const kind = named ?? kindsLike(device.kind).find((kind) => kind === before);
  if (kind) device.kind = kind;
  else {
    // Two drivers of a machine may have the same name; ./run says here which of them it takes.
    const driver = Deno.env.get("VK_DRIVER_FILES") ?? "";
    await beFastest(device, `${device.name} ${driver}`, answersInCache, () => {
      console.error(`finding the fastest kernels for ${device.name}, once a month ...`);
    });
  }
  return device;
}

/** What REPOSE_KIND says. @throws Error of one line where that is no kind */
export function kindInEnvironment(): DeviceKind | undefined {
  const named = Deno.env.get("REPOSE_KIND");
  const kind = deviceKinds.find((kind) => kind === named);
  if (named === undefined || kind !== undefined) return kind;
  throw new Error(`REPOSE_KIND must be one of ${deviceKinds.join(", ")}, not "${named}"`);
}

/** A file each, in the user's cache. */
const answersInCache: AnswerStore = {
  get: (name) => Deno.readTextFile(answerPath(name)),
  async set(name, answer) {
    const path = answerPath(name);
    await makeFolderFor(path);
    await writeText(path, answer);
  },
};

function answerPath(name: string): string {
  return join(cacheFolder(), `kind-${name.replaceAll(/[^\w.]+/g, "-")}.json`);
}
