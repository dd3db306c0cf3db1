/** What computes on this machine, and what would do so faster. */
import type { Device } from "../engine/device.ts";
import { isSoftware } from "../engine/tensor.ts";
import { kindInEnvironment, openDevice } from "../repose/files/open_device.ts";

/** What a machine tells of its GPU. */
export interface Machine {
  /** Null where WebGPU finds none. */
  readonly device: Pick<Device, "name" | "kind"> | null;
  /** Drivers in this process, by their files: of Vulkan, or of OpenGL where there is none. */
  readonly drivers: readonly Driver[];
  /** Files of graphics cards, whether a driver knows them or not. */
  readonly cards: readonly string[];
  /** Whether the processor has vector registers of 512 bits. */
  readonly has512Bits: boolean;
}

interface Driver {
  readonly path: string;
  /** Of Mesa or NVIDIA; null where the file does not tell. */
  readonly version: string | null;
}

/** The Mesa whose software driver is fastest, of those that were measured. */
const FASTEST_MESA = 26;

/** Lines for people. */
export function describeMachine({ device, drivers, cards, has512Bits }: Machine): string[] {
  if (!device) return ["device: none; ./run brings a software driver"];
  const onCpu = isSoftware(device.kind);
  const lines = [
    `device: ${device.name}${onCpu ? ", which is software" : ""}`,
    `kernels: those for ${device.kind}`,
  ];
  lines.push(
    ...drivers.map(({ path, version }) => `driver: ${version ?? "of no known version"}, ${path}`),
  );
  if (!onCpu) return lines;

  const [card] = cards;
  lines.push(
    card === undefined
      ? "faster: a graphics card with a Vulkan driver"
      : `faster: the graphics card ${card}, once a Vulkan driver for it is installed`,
  );
  if (drivers.some(({ path }) => openGl.test(path))) {
    lines.push("faster: Vulkan, which is not found; start through ./run, which brings a driver");
    return lines;
  }
  const mesa = drivers.map(({ version }) => /^Mesa (\d+)/.exec(version ?? "")?.[1]).find(Boolean);
  if (mesa && Number(mesa) < FASTEST_MESA) {
    lines.push(
      `faster: Mesa ${FASTEST_MESA}; delete .vulkan, if it is there, and start through ./run, which ` +
        "brings it on Debian 12 and 13",
    );
  }
  if (has512Bits && / 256 bits/.test(device.name)) {
    lines.push("faster: vectors of 512 bits; start through ./run, which asks for them");
  }
  return lines;
}

/** Looks at this machine. What systems other than Linux do not tell is left out. @throws as `kindInEnvironment` */
export async function thisMachine(): Promise<Machine> {
  kindInEnvironment(); // where that is wrong, a device may be there all the same
  const device = await openDevice().catch(() => null);
  const { name, kind } = device ?? {};
  const drivers = await loadedDrivers();
  device?.close();
  return {
    device: name && kind ? { name, kind } : null,
    drivers,
    cards: [...namesIn("/dev/dri", /^renderD/), ...namesIn("/dev", /^nvidia\d|^dxg$/)],
    has512Bits: /\bavx512f\b/.test(await textOf("/proc/cpuinfo")),
  };
}

const vulkan = /\/(libvulkan_\w+|amdvlk\w*|libnvidia-glcore|libGLX_nvidia)\.so[.\d]*$/;
const openGl = /\/(\w+_dri|libgallium-[\w.-]+)\.so$/;

/** Of the files that are in this process's memory: Mesa's drivers, AMD's and NVIDIA's. */
async function loadedDrivers(): Promise<Driver[]> {
  const maps = await textOf("/proc/self/maps");
  const mapped = [...new Set(Array.from(maps.matchAll(/\/\S+$/gm), ([path]) => path))];
  const ofVulkan = mapped.filter((path) => vulkan.test(path));
  const paths = ofVulkan.length > 0 ? ofVulkan : mapped.filter((path) => openGl.test(path));
  return await Promise.all(paths.map(async (path) => ({ path, version: await versionOf(path) })));
}

async function versionOf(path: string): Promise<string | null> {
  const [, ofNvidia] = /nvidia.*\.so\.([\d.]+)$/.exec(path) ?? [];
  if (ofNvidia) return `NVIDIA ${ofNvidia}`;
  const text = new TextDecoder("latin1").decode(await Deno.readFile(path));
  return /Mesa \d+\.\d+[\w.~+-]*/.exec(text)?.[0] ?? null;
}

async function textOf(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}

function namesIn(folder: string, pattern: RegExp): string[] {
  try {
    const names = Deno.readDirSync(folder).map(({ name }) => name);
    return names.filter((name) => pattern.test(name)).map((name) => `${folder}/${name}`).toArray();
  } catch {
    return [];
  }
}
