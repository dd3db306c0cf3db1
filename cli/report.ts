/** Tells people of an error, in one line, or with --verbose in a whole trace; the program will exit with 1. */
export function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const line = `error: ${message.replaceAll(/\s*\n\s*/g, " ")}`;
  console.error(Deno.args.includes("--verbose") ? error : line);
  Deno.exitCode = 1;
}
