/** What a driver's compiler tells of a kernel, read from the log of null_driver.c. */

/** A kernel for one target. */
export interface Compiled {
  readonly registers: number;
  readonly spills: number;
  /** Bytes of a thread's (Intel) or wave's (AMD) variables that lie in memory. */
  readonly scratch: number;
  /** AMD: waves that a SIMD has room for. Null on Intel. */
  readonly waves: number | null;
  /** Intel: lanes of a thread. Null on AMD. */
  readonly lanes: number | null;
  /** The loop with the most multiply-adds; null where none has any. */
  readonly loop: Loop | null;
}

/** What a turn of a loop issues. */
export interface Loop {
  readonly fmas: number;
  readonly instructions: number;
}

/** The pipelines of a log, in order. @throws Error where the driver does not tell what is asked */
export function parseLog(text: string): Compiled[] {
  return text.split("pipeline\n").slice(1).map((record) => {
    const fields = record.split("\0");
    const told = new Map<string, string>();
    for (let i = 0; i + 1 < fields.length; i += 2) told.set(fields[i], fields[i + 1]);
    const number = (...names: string[]) => {
      const name = names.find((name) => told.has(name));
      if (!name) throw new Error(`the driver does not tell a kernel's ${names.join(" or ")}`);
      return Number(told.get(name));
    };
    const assembly = told.get("assembly") ?? "";
    if (told.has("VGPRs")) {
      return {
        registers: number("VGPRs"),
        spills: number("Spilled VGPRs") + number("Spilled SGPRs"),
        scratch: number("Scratch size"),
        waves: number("Subgroups per SIMD"),
        lanes: null,
        loop: hotLoop(assembly),
      };
    }
    return {
      registers: number("Max live registers"),
      spills: number("Spill Count", "Spills"),
      scratch: number("Scratch Memory Size"),
      waves: null,
      lanes: number("Max dispatch width"),
      loop: hotLoop(assembly),
    };
  });
}

const LABEL = /^\s*(BB\d+|LABEL\d+):/;
/** A branch back closes a loop: AMD's s_branch and s_cbranch, Intel's while. */
const BRANCH = /^\s*(?:s_c?branch\w*\s+(BB\d+)|(?:\([^)]*\)\s*)?while\S*\s+JIP:\s*(LABEL\d+))/;
const INSTRUCTION = /^\s*(?:\([^)]*\)\s*)?[a-z]/;
const FMA = /\b(?:v_(?:dual_)?(?:fma|fmac|fmaak|fmamk|pk_fma)_\w*|mad\(\d+\)\s+\S+<\d>F)/g;

/** Of all loops in the text of either assembler, the one with the most multiply-adds. */
export function hotLoop(assembly: string): Loop | null {
  const labels = new Map<string, number>();
  const lines = assembly.split("\n");
  let best: Loop | null = null;
  lines.forEach((line, end) => {
    const label = line.match(LABEL)?.[1];
    if (label) labels.set(label, end);
    const [, amd, intel] = line.match(BRANCH) ?? [];
    const start = labels.get(amd ?? intel);
    if (start === undefined) return;
    // Lines that only go on with the one above: Intel's messages, which say what they are.
    const body = lines.slice(start, end + 1)
      .filter((line) => INSTRUCTION.test(line) && !/MsgDesc/.test(line));
    const fmas = body.reduce((sum, line) => sum + (line.match(FMA)?.length ?? 0), 0);
    if (fmas > (best?.fmas ?? 0)) best = { fmas, instructions: body.length };
  });
  return best;
}
