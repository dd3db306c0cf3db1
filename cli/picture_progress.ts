import { duration } from "../train/progress.ts";

/** Seconds between lines where the output is no terminal. */
const LINE_SECONDS = 10;

/** Says how many pictures are done, how fast it goes and how long the rest takes. */
export class PictureProgress {
  readonly #start = performance.now() / 1000;
  readonly #onTerminal = Deno.stdout.isTerminal();
  #last = -Infinity;
  #doneBefore: number | null = null;

  /** @param done of `total`; what is done at the first call counts for nothing in the rate */
  update(done: number, total: number): void {
    this.#doneBefore ??= done;
    const now = performance.now() / 1000;
    const isEnd = done === total;
    if (now - this.#last < (this.#onTerminal ? 0.1 : LINE_SECONDS) && !isEnd) return;
    this.#last = now;
    const rate = (done - this.#doneBefore) / (now - this.#start);
    const left = rate > 0
      ? `, ${Number(rate.toPrecision(3))}/s, ${duration((total - done) / rate)} left`
      : "";
    const line = `${done}/${total} pictures${left}`;
    const text = this.#onTerminal ? `\r${line}\x1b[K${isEnd ? "\n" : ""}` : `${line}\n`;
    Deno.stdout.writeSync(new TextEncoder().encode(text));
  }
}
