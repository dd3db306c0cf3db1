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

/** Characters of each end of a message that are looked through for quotations. */
const SEARCHED_END = 5000;
/** Characters of a message: of one that is shown whole, and of each end of a longer one. */
const LONGEST_MESSAGE = 500, MESSAGE_END = 100;
/** Characters of all that a message quotes. */
const QUOTED = 200;
/** No word that is our own has as many; paths and numbers have. */
const LONG_WORD = 40;

const quotation = new RegExp(
  String.raw`"(?:\\.|[^"\\])*"|'[^']*'|[^\s"']{${LONG_WORD},}`,
  "g",
);

/** A message without the middle of long quotations, which are in quotes or have no blanks, as paths and numbers. */
export function shortened(message: string): string {
  const searched = endsOf(message, 2 * SEARCHED_END, SEARCHED_END);
  const quoted = searched.match(quotation) ?? [];
  const share = QUOTED / quoted.length;
  const said = quoted.reduce((sum, { length }) => sum + length, 0) <= QUOTED
    ? searched
    : searched.replaceAll(quotation, (text) => endsOf(text, share, Math.floor(share / 2 - 3)));
  return endsOf(said, LONGEST_MESSAGE, MESSAGE_END);
}

/** A text, or where it is longer than that its ends. */
function endsOf(text: string, longest: number, end: number): string {
  return text.length <= longest ? text : `${text.slice(0, end)} ... ${text.slice(-end)}`;
}
