import { KernelError } from "../engine/pipelines.ts";

/**
 * Tells people of an error, in one line, or with --verbose in a whole trace; the program will exit with 1. Only an
 * error in a kernel keeps its lines, which show the place. Of a long message, which quotes a file, only both ends are
 * shown.
 */
export function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const told = error instanceof KernelError
    ? message
    : shortened(message).replaceAll(/\s*\n\s*/g, " ");
  console.error(Deno.args.includes("--verbose") ? error : `error: ${told}`);
  Deno.exitCode = 1;
}

/** Characters of the longest message that is shown whole, and of each end of a longer one. */
const [LONGEST, END] = [500, 100];

export function shortened(message: string): string {
  if (message.length <= LONGEST) return message;
  return `${message.slice(0, END)} ... ${message.slice(-END)}`;
}
