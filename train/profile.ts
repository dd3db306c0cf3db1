/** What a profile says of a training step: a table for people, a trace for trace viewers. */
import { textTable } from "../data/files/text_table.ts";
import type { Ceilings } from "../kernels/ceilings.ts";
import type { Span } from "../engine/profiler.ts";
import type { StepBatches } from "./batches.ts";
import type { Trainer } from "./trainer.ts";

/** Steps that compile the kernels and fill the caches. */
const WARM_UP_STEPS = 2;
/** Steps that are measured. */
export const PROFILED_STEPS = 3;

/** Takes some steps, always on the same batches, and measures the dispatches of the last ones. */
export async function profileSteps(
  trainer: Trainer,
  { forDiscriminator, forGenerator }: StepBatches,
): Promise<Span[]> {
  const steps = (count: number) => {
    for (let i = 0; i < count; i++) trainer.step(forDiscriminator, forGenerator);
  };
  steps(WARM_UP_STEPS);
  await trainer.device.finish();
  return await trainer.device.profile(() => steps(PROFILED_STEPS));
}

const HEADER = [
  "kernel",
  "ms/step",
  "share",
  "dispatches",
  "GFLOP/s",
  "of peak",
  "GB/s",
  "of peak",
];

/** All dispatches of a kernel. */
interface KernelCost {
  readonly name: string;
  dispatches: number;
  milliseconds: number;
  flops: number;
  bytes: number;
}

/** The sums over each kernel's dispatches, most milliseconds first. */
function kernelCosts(spans: readonly Span[]): KernelCost[] {
  const costs = new Map<string, KernelCost>();
  for (const { name, ...span } of spans) {
    const cost = costs.get(name) ??
      { name, dispatches: 0, milliseconds: 0, flops: 0, bytes: 0 };
    costs.set(name, cost);
    cost.dispatches++;
    cost.milliseconds += span.milliseconds;
    cost.flops += span.flops;
    cost.bytes += span.bytes;
  }
  return [...costs.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

/**
 * A line for each kernel, most expensive first, and one for all: means of `steps` steps, and rates
 * beside the device's peaks: its ceilings, or what a kernel does that is faster than what these were
 * measured with. A kernel that nobody counts the arithmetic of has no GFLOP/s.
 */
export function kernelTable(spans: readonly Span[], steps: number, ceilings: Ceilings): string {
  const costs = kernelCosts(spans);
  const [all] = kernelCosts(spans.map((span) => ({ ...span, name: "all" })));
  const perSecond = (amount: "flops" | "bytes") =>
    costs.map((cost) => cost.milliseconds > 0 ? cost[amount] / cost.milliseconds * 1000 : 0);
  const flopsPeak = Math.max(ceilings.flopsPerSecond, ...perSecond("flops"));
  const bytesPeak = Math.max(ceilings.bytesPerSecond, ...perSecond("bytes"));
  const row = ({ name, dispatches, milliseconds, flops, bytes }: KernelCost) => [
    name,
    (milliseconds / steps).toFixed(3),
    percent(milliseconds / all.milliseconds),
    (dispatches / steps).toFixed(0),
    ...rate(flops, milliseconds, flopsPeak),
    ...rate(bytes, milliseconds, bytesPeak),
  ];
  return [
    ...textTable([HEADER, ...[...costs, all].map(row)], 1),
    `peaks, the fastest seen: ${giga(flopsPeak)} GFLOP/s of multiply-adds, ${
      giga(bytesPeak)
    } GB/s ` +
    `in caches (${giga(ceilings.memoryBytesPerSecond)} GB/s of copies in memory); ` +
    "bytes: all that a kernel binds, once",
  ].join("\n");
}

function rate(amount: number, milliseconds: number, peak: number): string[] {
  if (amount === 0 || milliseconds === 0) return ["-", "-"];
  const perSecond = amount / milliseconds * 1000;
  return [giga(perSecond), percent(perSecond / peak)];
}

function giga(perSecond: number): string {
  return (perSecond / 1e9).toFixed(1);
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)}%`;
}

/**
 * The spans in Chrome's trace event format, which chrome://tracing and Perfetto open: a complete event
 * for each dispatch, in microseconds.
 */
export function chromeTrace(spans: readonly Span[]): string {
  const traceEvents = spans.map(({ name, start, milliseconds, flops, bytes }) => ({
    name,
    ph: "X",
    ts: start * 1000,
    dur: milliseconds * 1000,
    pid: 1,
    tid: 1,
    args: { flops, bytes },
  }));
  return JSON.stringify({ traceEvents, displayTimeUnit: "ms" });
}
