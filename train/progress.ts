import { duration, Progress } from "../data/files/progress.ts";
import type { LossRow } from "./loss_ring.ts";

/** Says how long the rest takes, from the seconds left and the steps a second. */
export type DescribeLeft = (seconds: number, stepsPerSecond: number) => string;

/** Shows how far a run is, and its losses. */
export class TrainingProgress {
  readonly #progress: Progress;

  /** @param step from which on it trains; `show` is passed on to `Progress` */
  constructor(
    private readonly run: { readonly steps: number; readonly batch: number },
    step: number,
    private readonly describeLeft: DescribeLeft = (seconds) => `${duration(seconds)} left`,
    ...show: [write?: (text: string) => void, onTerminal?: boolean]
  ) {
    this.#progress = new Progress(run.steps, step, ...show);
  }

  /** Takes the losses of the steps since the last call. */
  update(rows: readonly LossRow[]): void {
    const { steps, batch } = this.run;
    const { step } = rows[rows.length - 1];
    const loss = (name: "discriminator" | "adversarial" | "reconstruction") =>
      (rows.reduce((sum, row) => sum + row[name], 0) / rows.length).toPrecision(4);
    this.#progress.update(
      step,
      (rate, left) =>
        `step ${step}/${steps}  discriminator ${loss("discriminator")}  ` +
        `adversarial ${loss("adversarial")}  reconstruction ${loss("reconstruction")}  ` +
        `${(rate * batch).toFixed(1)} pictures/s  ${this.describeLeft(left, rate)}`,
    );
  }

  /** Ends the line, so that something else can be printed. */
  end(): void {
    this.#progress.end();
  }
}
