import type { Device } from "../engine/device.ts";
import { Kernel } from "../engine/kernel.ts";
import { filled } from "../engine/tape.ts";
import { lines, range } from "./wgsl.ts";

/** The best that a device was seen to do: what a profile compares kernels with. */
export interface Ceilings {
  /** Of multiply-adds in registers, each counting two. */
  readonly flopsPerSecond: number;
  /** Of a copy from one buffer to another that no cache holds, reads and writes counted. */
  readonly memoryBytesPerSecond: number;
  /** Of the fastest copy, which is mostly one that caches hold. */
  readonly bytesPerSecond: number;
}

/** Of a measurement; the fastest counts. */
const LAUNCHES = 5;
const GROUP = 64;

/** Sums that a thread keeps, as rows x columns of its operands, and how often the loop is unrolled. */
const [ROWS, COLUMNS, UNROLLED] = [8, 4, 4];
/** Threads enough for the largest GPUs. */
const THREADS = 2 ** 18;
/** A shorter dispatch would mostly measure its own start. */
const LONG_MILLISECONDS = 10;

const sums = range(ROWS).flatMap((i) => range(COLUMNS).map((j) => [i, j]));

/** s = s a + b, so that no product can be taken out of the loop. */
const multiplyAddKernel = new Kernel({
  name: "multiply_add ceiling",
  read: ["x"],
  write: ["y"],
  sizes: ["rounds"],
  source:
    `@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  ${lines(range(ROWS), (i) => `let a${i} = x[id.x % 8u + ${i}u];`)}
  ${lines(range(COLUMNS), (j) => `let b${j} = x[${j}u];`)}
  ${lines(sums, ([i, j]) => `var s${i}_${j} = 0.0;`)}
  for (var round = 0u; round < p.rounds; round++) {
    ${
      lines(range(UNROLLED), () =>
        lines(sums, ([i, j]) => `s${i}_${j} = fma(s${i}_${j}, a${i}, b${j});`))
    }
  }
  y[id.x] = ${sums.map(([i, j]) => `s${i}_${j}`).join(" + ")};
}`,
});

/** Larger than any cache, and within WebGPU's default limit of a binding. */
const MEMORY_BYTES = 2 ** 27;
/** What caches of GPUs, of processors' cores together and of one of them hold, twice. */
const CACHED_BYTES = [2 ** 24, 2 ** 20, 2 ** 17];
const VALUES_PER_THREAD = 16;

const copyKernel = new Kernel({
  name: "copy ceiling",
  read: ["x"],
  write: ["y"],
  source: `@compute @workgroup_size(${GROUP}) fn main(
  @builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let at = group.x * ${GROUP * VALUES_PER_THREAD}u + thread;
  ${lines(range(VALUES_PER_THREAD), (i) => `y[at + ${i * GROUP}u] = x[at + ${i * GROUP}u];`)}
}`,
});

/**
 * Measures the ceilings, within about a second.
 * @throws Error when the GPU has no timestamp queries.
 */
export async function measureCeilings(device: Device): Promise<Ceilings> {
  const memoryBytesPerSecond = await copyRate(device, MEMORY_BYTES);
  const cached: number[] = [];
  for (const bytes of CACHED_BYTES) cached.push(await copyRate(device, bytes));
  return {
    flopsPerSecond: await multiplyAddRate(device),
    memoryBytesPerSecond,
    bytesPerSecond: Math.max(memoryBytesPerSecond, ...cached),
  };
}

async function multiplyAddRate(device: Device): Promise<number> {
  for (let rounds = 16;; rounds *= 4) {
    const flops = THREADS * rounds * UNROLLED * sums.length * 2;
    const milliseconds = await fastest(device, () => {
      const x = filled(device, [2 * ROWS], 0.5);
      const y = device.empty([THREADS]);
      const groups = [THREADS / GROUP, 1, 1] as const;
      return () => device.launch(multiplyAddKernel, { x, y }, { rounds }, groups);
    });
    if (milliseconds >= LONG_MILLISECONDS) return flops / milliseconds * 1000;
  }
}

async function copyRate(device: Device, bytes: number): Promise<number> {
  const milliseconds = await fastest(device, () => {
    const [x, y] = [0, 0].map(() => device.empty([bytes / 4]));
    const groups = [bytes / 4 / GROUP / VALUES_PER_THREAD, 1, 1] as const;
    return () => device.launch(copyKernel, { x, y }, {}, groups);
  });
  return 2 * bytes / milliseconds * 1000;
}

/** Milliseconds of the fastest of some launches of what `prepare` returns; the first ones only warm up. */
async function fastest(device: Device, prepare: () => () => void): Promise<number> {
  const spans = await device.profile(() =>
    device.scope(() => {
      const launch = prepare();
      for (let i = 0; i < LAUNCHES; i++) launch();
    })
  );
  return Math.min(...spans.slice(-LAUNCHES).map((span) => span.milliseconds));
}
