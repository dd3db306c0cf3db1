import { Progress } from "../train/progress.ts";

/** Shows on the standard output how far training is, from step `step` on. */
export function stepProgress(
  run: ConstructorParameters<typeof Progress>[0],
  step: number,
  describeLeft?: ConstructorParameters<typeof Progress>[4],
): Progress {
  const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  return new Progress(run, step, write, Deno.stdout.isTerminal(), describeLeft);
}
