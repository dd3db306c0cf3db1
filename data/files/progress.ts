/** Rates are measured over about this long. */
const WINDOW_SECONDS = 30;
/** Between writings: over the same line of a terminal, or else a new line. */
const TERMINAL_SECONDS = 0.1;
const LINE_SECONDS = 10;

/** Shows how far some work is: on a terminal one line that is written over, elsewhere a line now and then. */
export class Progress {
  readonly #marks: { done: number; seconds: number }[];
  #shown = -Infinity;
  #pending = "";

  /** @param done of `total`, before it begins */
  constructor(
    private readonly total: number,
    done: number,
    private readonly write: (text: string) => void = writeOut,
    private readonly onTerminal: boolean = Deno.stdout.isTerminal(),
  ) {
    this.#marks = [{ done, seconds: performance.now() / 1000 }];
  }

  /** @param describe makes the line of the rate, a second, and of the seconds left */
  update(done: number, describe: (rate: number, left: number) => string): void {
    const seconds = performance.now() / 1000;
    this.#marks.push({ done, seconds });
    while (this.#marks.length > 2 && this.#marks[1].seconds < seconds - WINDOW_SECONDS) {
      this.#marks.shift();
    }
    const [first] = this.#marks;
    const rate = (done - first.done) / (seconds - first.seconds);
    this.#pending = describe(rate, (this.total - done) / rate);
    if (seconds - this.#shown >= (this.onTerminal ? TERMINAL_SECONDS : LINE_SECONDS)) {
      this.#show(this.onTerminal ? "" : "\n");
      this.#shown = seconds;
    }
  }

  /** Shows where it ended and ends the line, so that something else can be printed. */
  end(): void {
    if (this.#pending !== "") this.#show("\n");
    else if (this.onTerminal && this.#shown > 0) this.write("\n");
    this.#shown = -Infinity;
  }

  #show(end: string): void {
    this.write(this.onTerminal ? `\r${this.#pending}\x1b[K${end}` : `${this.#pending}\n`);
    this.#pending = "";
  }
}

function writeOut(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

/** Shows how many pictures are done, how fast it goes and how long the rest takes. */
export function pictureProgress(
  write?: (text: string) => void,
): (done: number, total: number) => void {
  let progress: Progress | null = null;
  return (done, total) => {
    progress ??= new Progress(total, done, write);
    progress.update(done, (rate, left) => {
      const speed = rate > 0 ? `, ${Number(rate.toPrecision(3))}/s, ${duration(left)} left` : "";
      return `${done}/${total} pictures${speed}`;
    });
    if (done === total) progress.end();
  };
}

/** Hours, minutes and seconds: 1:02:03, 2:03. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  const head = minutes < 60 ? `${minutes}` : `${Math.floor(minutes / 60)}:${two(minutes)}`;
  return `${head}:${two(whole)}`;
}
