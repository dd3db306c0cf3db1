import { rounded } from "./joints.ts";
import { recordTable } from "./results.ts";

/** What some work comes to, and how long it takes. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

/** Milliseconds beside those of TensorFlow.js, and their ratio. */
export function timesTable(times: Readonly<Record<string, { ours: number; tfjs: number }>>) {
  return recordTable(
    Object.entries(times).map(([which, { ours, tfjs }]) => ({
      which,
      ours,
      tfjs,
      ratio: rounded(tfjs / ours),
    })),
  );
}
