/** Exit code of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** Ctrl-C, and what systems send to programs that are to end. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

/** Tells work of Ctrl-C for as long as it is not disposed of; a second Ctrl-C ends the program at once. */
export class Interrupt implements Disposable {
  readonly #stop = new AbortController();
  readonly #listener = () => {
    this[Symbol.dispose]();
    this.#stop.abort();
  };

  constructor() {
    for (const signal of SIGNALS) Deno.addSignalListener(signal, this.#listener);
  }

  /** Aborted by Ctrl-C. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, this.#listener);
  }
}
