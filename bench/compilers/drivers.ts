/** Mesa's drivers without the cards, and what their compilers make of kernels. */
import { fileURLToPath } from "node:url";
import { type Compiled, parseLog } from "./compiled.ts";

/** A card that is compiled for. */
interface Target {
  readonly name: string;
  /** Mesa's library. */
  readonly library: "libvulkan_radeon.so" | "libvulkan_intel.so";
  readonly environment: Readonly<Record<string, string>>;
  /** What hands it the kernels: Deno's and Firefox's WebGPU, or Chromium's. */
  readonly webgpu: "wgpu" | "dawn";
  /** Why Mesa's library of that version will not do, and what will; null where it does. */
  lacks(version: number): string | null;
}

/** @param least the Mesa that first knows the card by that name */
const amd = (name: string, least: number): Target => ({
  name,
  library: "libvulkan_radeon.so",
  environment: { RADV_FORCE_FAMILY: name },
  webgpu: "wgpu",
  lacks: (version) =>
    version >= least && version < 26 ? null : `Mesa ${version} ` +
      (version < least ? `does not know ${name}` : "compiles only for an AMD card that is there") +
      "; fetch http://deb.debian.org/debian/pool/main/m/mesa/mesa-vulkan-drivers_25.0.7-2+deb13u1_amd64.deb and run: " +
      "dpkg-deb -x mesa-vulkan-drivers_25*.deb .mesa25",
});

const intel = (name: string, webgpu: Target["webgpu"]): Target => ({
  ...{ name, webgpu, library: "libvulkan_intel.so", environment: {}, lacks: () => null },
});

/** RX 6800 and RX 7900, and Tiger Lake, which null_intel.c plays. */
export const targets: readonly Target[] = [
  amd("navi21", 21),
  amd("navi31", 23),
  intel("intel", "wgpu"),
  intel("intel, Dawn", "dawn"),
];

const root = fileURLToPath(import.meta.resolve("../../"));
const here = (name: string) => fileURLToPath(import.meta.resolve(`./${name}`));
/** Where a Mesa may lie: the one that ./run fetched, one that the user unpacked, the machine's. */
const mesas = [`${root}.vulkan/usr/lib`, `${root}.mesa25/usr/lib`, "/usr/lib"];

/** What came out for each code and the driver's name with its version, or in one line what is missing. */
export type Outcome =
  | { readonly kernels: ReadonlyMap<string, Compiled>; readonly driver: string }
  | { readonly missing: string };

/** Compiles WGSL in a process of its own, as wgpu would on that card. @throws Error with what the process said */
export async function compileFor(target: Target, codes: readonly string[]): Promise<Outcome> {
  const mesa = await findMesa(target);
  if ("missing" in mesa) return mesa;
  const folder = await Deno.makeTempDir();
  try {
    const missing = await build(folder);
    if (missing) return { missing };
    await Deno.writeTextFile(`${folder}/codes.json`, JSON.stringify(codes));
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--config", `${root}bench/deno.json`, here("compile.ts")],
        ...[`${folder}/codes.json`, target.webgpu],
      ],
      env: {
        ...target.environment,
        DENO_WEBGPU_BACKEND: "vulkan",
        MESA_SHADER_CACHE_DISABLE: "true",
        NULL_DRIVER: mesa.path,
        NULL_LOG: `${folder}/log`,
        VK_DRIVER_FILES: `${folder}/icd.json`,
        VK_ICD_FILENAMES: `${folder}/icd.json`,
        ...target.library === "libvulkan_intel.so" ? { LD_PRELOAD: `${folder}/null_intel.so` } : {},
      },
      stdout: "null",
      stderr: "piped",
    }).output();
    if (code !== 0) throw new Error(`${target.name}: ${new TextDecoder().decode(stderr).trim()}`);
    const compiled = parseLog(await Deno.readTextFile(`${folder}/log`)).slice(-codes.length);
    const kernels = new Map(codes.map((code, i) => [code, compiled[i]]));
    return { kernels, driver: `${target.library} of Mesa ${mesa.version}` };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function findMesa(
  { library, lacks }: Target,
): Promise<{ readonly path: string; readonly version: string } | { readonly missing: string }> {
  let missing =
    `${library} is not here; delete .vulkan and run ./run again, or apt-get install mesa-vulkan-drivers`;
  for (const folder of mesas) {
    for (
      const path of [
        `${folder}/x86_64-linux-gnu/${library}`,
        `${folder}/aarch64-linux-gnu/${library}`,
      ]
    ) {
      const bytes = await Deno.readFile(path).catch(() => null);
      const version = bytes && versionIn(bytes);
      if (!version) continue;
      const lacking = lacks(parseInt(version));
      if (!lacking) return { path, version };
      missing = lacking;
    }
  }
  return { missing };
}

/** The version that a library of Mesa names itself. */
function versionIn(bytes: Uint8Array): string | undefined {
  return new TextDecoder("latin1").decode(bytes).match(/Mesa (\d+\.\d+\.\d+)/)?.[1];
}

/** Builds both stand-ins; returns what is missing for that. */
async function build(folder: string): Promise<string | null> {
  for (const name of ["null_driver", "null_intel"]) {
    const args = ["-O1", "-shared", "-fPIC", "-I/usr/include/libdrm", here(`${name}.c`), "-ldl"];
    const gcc = new Deno.Command("gcc", { args: [...args, "-o", `${folder}/${name}.so`] });
    const built = await gcc.output().catch(() => null);
    if (!built?.success) {
      return "needs a C compiler and headers: apt-get install gcc libc6-dev libvulkan-dev libdrm-dev";
    }
  }
  const ICD = { api_version: "1.3.0", library_path: `${folder}/null_driver.so` };
  await Deno.writeTextFile(
    `${folder}/icd.json`,
    JSON.stringify({ file_format_version: "1.0.0", ICD }),
  );
  return null;
}
