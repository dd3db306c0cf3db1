/** What a launch costs: time by the clock, and by all threads of the process. */
import process from "node:process";

/** Milliseconds of a launch. On a software driver `cpu` holds its work, even where others share the machine. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** A measurement lasts at least that long, so that the wait at its end does not count. */
const MINIMUM_MS = 250;

/** The cost of one launch: of the first, or the mean of as many as fill the shortest measurement. */
export async function costOf(
  launch: () => void,
  finish: () => Promise<void>,
  once: boolean,
): Promise<Cost> {
  const cost = async (count: number): Promise<Cost> => {
    const start = performance.now();
    const startOfCpu = process.cpuUsage();
    for (let i = 0; i < count; i++) launch();
    await finish();
    const { user, system } = process.cpuUsage(startOfCpu);
    return {
      wall: (performance.now() - start) / count,
      cpu: (user + system) / 1000 / count,
    };
  };
  const first = await cost(1);
  return once || first.wall >= MINIMUM_MS ? first : cost(Math.ceil(MINIMUM_MS / first.wall));
}
