import { KernelError } from "../engine/pipelines.ts";

/**
 * Tells people of an error, in one line, or with --verbose in a whole trace; the program will exit with 1. Only an
 * error in a kernel keeps its lines, which show the place. Of what a message quotes, and of a
 * long message, only both ends are shown.
 */
export function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const told = error instanceof KernelError
    ? message
    : shortened(message).replaceAll(/\s*\n\s*/g, " ");
  console.error(Deno.args.includes("--verbose") ? error : `error: ${told}`);
  Deno.exitCode = 1;
}

/** Characters of a message, and of what it quotes: the longest that is shown whole, and each end of a longer one. */
const MESSAGE = { longest: 500, end: 100 };
const QUOTATION = { longest: 200, end: 95 };

const quotation = /"(?:\\.|[^"\\])*"|'[^']*'|[^\s"']+/g;

/** A message without the middle of long quotations, which are in quotes or have no blanks, as paths and numbers. */
export function shortened(message: string): string {
  return endsOf(message, MESSAGE).replaceAll(quotation, (text) => endsOf(text, QUOTATION));
}

function endsOf(text: string, { longest, end }: typeof MESSAGE): string {
  return text.length <= longest ? text : `${text.slice(0, end)} ... ${text.slice(-end)}`;
}
