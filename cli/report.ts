import { KernelError } from "../engine/pipelines.ts";

/**
 * Tells people of an error, in one line, or with --verbose in a whole trace; the program will exit with 1. Only an
 * error in a kernel keeps its lines, which show the place.
 */
export function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const told = error instanceof KernelError ? message : message.replaceAll(/\s*\n\s*/g, " ");
  console.error(Deno.args.includes("--verbose") ? error : `error: ${told}`);
  Deno.exitCode = 1;
}
