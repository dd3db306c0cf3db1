import { duration } from "../data/files/progress.ts";

/** Estimates how long the rest of several runs of as many steps takes, from what was measured so far. */
export class Schedule {
  readonly #secondsPerStep: number[] = [];
  readonly #judgingSeconds: number[] = [];

  /** @param runsLeft runs that are not trained and judged yet, the one at hand included */
  constructor(private readonly steps: number, private runsLeft: number) {}

  /** Notes the seconds that the training of a run has taken. */
  trained(seconds: number): void {
    this.#secondsPerStep.push(seconds / this.steps);
  }

  /** Notes that a run is done, and the seconds that judging it has taken. */
  judged(seconds: number): void {
    this.#judgingSeconds.push(seconds);
    this.runsLeft--;
  }

  /** For people, while a run is trained: the time left of it, and of all. */
  describe(secondsOfRun: number, secondsPerStep: number): string {
    const others = (this.runsLeft - 1) * this.steps *
      mean([...this.#secondsPerStep, secondsPerStep]);
    const all = secondsOfRun + others + this.runsLeft * mean(this.#judgingSeconds);
    return `${duration(secondsOfRun)} left, about ${duration(all)} of all`;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
