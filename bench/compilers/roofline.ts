/** How long a step should take on cards that are not here, on paper. */
import type { Command } from "../../engine/command.ts";
import { bytesOf, groupSize, groupsOf } from "./launches.ts";
import type { Compiled } from "./compiled.ts";

/** Peaks of a card: TFLOP/s in float32, GB/s, schedulers that each run a wave, and microseconds of a launch. */
const cards = {
  "H100": { tera: 66.9, giga: 3000, schedulers: 528, launch: 4 },
  "RTX 4060": { tera: 15.1, giga: 272, schedulers: 96, launch: 4 },
  "RX 7600": { tera: 21.5, giga: 288, schedulers: 64, launch: 5 },
  "M2": { tera: 3.6, giga: 100, schedulers: 40, launch: 8 },
  "Iris Xe": { tera: 2.07, giga: 60, schedulers: 96, launch: 8 },
} as const;

/** Cycles that a wave waits for what it loads. */
const LATENCY = 500;
/** Registers that the waves of a scheduler share, by lane, and how few a wave can have. */
const REGISTERS = 512;
const FEWEST = 32;
/** Waves of a scheduler that keep the memory busy where there is no hot loop. */
const BUSY_WAVES = 4;

/** What the figures take for granted, for whoever reads them. */
export const assumptions = [
  "peaks in TFLOP/s and GB/s: " +
  Object.entries(cards).map(([card, { tera, giga }]) => `${card} ${tera} and ${giga}`).join(", ") +
  "; nothing else runs there",
  "floor: each launch takes the longer of its arithmetic and its operands' bytes, moved once, at these peaks; then 4 (NVIDIA), 5 (AMD) or 8 us (M2, Intel) of its own, none beside another",
  "only convolutions' arithmetic counts; what other kernels compute hides behind their bytes",
  "as compiled: a multiply-add issues as often as in the kernel's hot loop (Iris Xe: Intel's, others: navi21's), and waves of 32 lanes hide 500 cycles of waiting a loop, as many as groups and registers (512 a lane and scheduler) allow; kernels without one need 4 waves a scheduler",
  "caches: not counted, neither what they save nor lines of which a load uses a part; so trust the ranking more than the milliseconds",
];

/** Milliseconds of a step on a card. */
export interface Estimate {
  readonly card: string;
  readonly floor: number;
  /** Null where no compiler was asked. */
  readonly compiled: number | null;
}

/**
 * What the commands take on each card.
 * @param compiled what compilers made of a kernel's code, by the target's name
 */
export function estimates(
  commands: readonly Command[],
  compiled: ReadonlyMap<string, ReadonlyMap<string, Compiled>>,
): Estimate[] {
  return Object.entries(cards).map(([card, peaks]) => {
    const codes = compiled.get(card === "Iris Xe" ? "intel" : "navi21");
    let floor = 0, real = 0;
    for (const command of commands) {
      const arithmetic = command.flops / peaks.tera / 1e6;
      const memory = bytesOf(command) / peaks.giga / 1e3;
      floor += Math.max(arithmetic, memory) + peaks.launch;
      const code = codes?.get(command.kernel.code);
      const { issue, fill } = shares(command, peaks.schedulers, code);
      real += Math.max(arithmetic / issue / fill, memory / Math.max(fill, 0.02)) + peaks.launch;
    }
    return { card, floor: floor / 1e3, compiled: codes ? real / 1e3 : null };
  });
}

/** How much of the peak the code can issue, and how much of that its waves keep going. */
function shares(command: Command, schedulers: number, code: Compiled | undefined) {
  const waves = groupsOf(command) * Math.ceil(groupSize(command.kernel.code) / 32) / schedulers;
  if (!command.flops || !code?.loop) return { issue: 1, fill: Math.min(1, waves / BUSY_WAVES) };
  const { fmas, instructions } = code.loop;
  const most = Math.max(1, Math.floor(REGISTERS / Math.max(code.registers, FEWEST)));
  const fill = Math.min(waves, most) * instructions / (instructions + LATENCY);
  return { issue: fmas / instructions, fill: Math.min(1, fill) };
}
