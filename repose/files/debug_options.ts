import { join } from "node:path";
import type { DebugOptions } from "../../engine/device.ts";
import type { AnyKernel } from "../../engine/kernel.ts";

/**
 * What the environment asks of a device, for those who look for a kernel that fails (docs/kernels.md):
 * REPOSE_DUMP=DIR writes each kernel's WGSL into a folder when it is compiled, REPOSE_EAGER=1 runs everything op by op.
 */
export function debugOptions(): DebugOptions {
  const folder = Deno.env.get("REPOSE_DUMP");
  return {
    eager: Deno.env.get("REPOSE_EAGER") === "1",
    onCompile: folder ? dumpInto(folder) : undefined,
  };
}

/** Writes NAME.wgsl, and for further kernels of that name NAME-2.wgsl, NAME-3.wgsl and so on. */
function dumpInto(folder: string): (kernel: AnyKernel) => void {
  const counts = new Map<string, number>();
  Deno.mkdirSync(folder, { recursive: true });
  return ({ name, code }) => {
    const stem = name.replaceAll(/[^\w-]+/g, "-");
    const count = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, count);
    Deno.writeTextFileSync(join(folder, `${stem}${count > 1 ? `-${count}` : ""}.wgsl`), code);
  };
}
