import type { LossRow } from "./loss_ring.ts";

/** Rates are measured over about this long. */
const WINDOW_SECONDS = 30;
/** Between lines where the output is no terminal. */
const LINE_SECONDS = 10;

/** Shows how far a run is: on a terminal one line that is written over, elsewhere a line now and then. */
export class Progress {
  readonly #marks: { step: number; seconds: number }[];
  #lineSeconds = -Infinity;
  #pending = "";

  constructor(
    private readonly run: { readonly steps: number; readonly batch: number },
    step: number,
    private readonly write: (text: string) => void,
    private readonly onTerminal: boolean,
    private readonly describeLeft = (seconds: number, _stepsPerSecond: number) =>
      `${duration(seconds)} left`,
  ) {
    this.#marks = [{ step, seconds: performance.now() / 1000 }];
  }

  /** Takes the losses of the steps since the last call. */
  update(rows: readonly LossRow[]): void {
    const { step } = rows[rows.length - 1];
    const seconds = performance.now() / 1000;
    this.#marks.push({ step, seconds });
    while (this.#marks.length > 2 && this.#marks[1].seconds < seconds - WINDOW_SECONDS) {
      this.#marks.shift();
    }
    this.#pending = this.#describe(rows);
    if (this.onTerminal) this.write(`\r${this.#pending}\x1b[K`);
    else if (seconds - this.#lineSeconds >= LINE_SECONDS) this.#writeLine(seconds);
  }

  /** Ends the line, so that something else can be printed. */
  end(): void {
    if (this.#pending === "") return;
    if (this.onTerminal) this.write("\n");
    else this.#writeLine(performance.now() / 1000);
    this.#pending = "";
  }

  #writeLine(seconds: number): void {
    this.write(`${this.#pending}\n`);
    this.#pending = "";
    this.#lineSeconds = seconds;
  }

  #describe(rows: readonly LossRow[]): string {
    const { steps, batch } = this.run;
    const first = this.#marks[0], last = this.#marks[this.#marks.length - 1];
    const rate = (last.step - first.step) / (last.seconds - first.seconds);
    const loss = (name: "discriminator" | "adversarial" | "reconstruction") =>
      (rows.reduce((sum, row) => sum + row[name], 0) / rows.length).toPrecision(4);
    return `step ${last.step}/${steps}  discriminator ${loss("discriminator")}  ` +
      `adversarial ${loss("adversarial")}  reconstruction ${loss("reconstruction")}  ` +
      `${(rate * batch).toFixed(1)} pictures/s  ` +
      this.describeLeft((steps - last.step) / rate, rate);
  }
}

/** Hours, minutes and seconds: 1:02:03, 2:03. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  const head = minutes < 60 ? `${minutes}` : `${Math.floor(minutes / 60)}:${two(minutes)}`;
  return `${head}:${two(whole)}`;
}
