/** Exit code of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** Tells work of Ctrl-C for as long as it is not disposed of; a second Ctrl-C ends the program at once. */
export class Interrupt implements Disposable {
  readonly #stop = new AbortController();
  readonly #listener = () => {
    this[Symbol.dispose]();
    this.#stop.abort();
  };

  constructor() {
    Deno.addSignalListener("SIGINT", this.#listener);
  }

  /** Aborted by Ctrl-C. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  [Symbol.dispose](): void {
    Deno.removeSignalListener("SIGINT", this.#listener);
  }
}
