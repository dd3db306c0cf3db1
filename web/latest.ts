/** Does one thing after another with the newest of the values that it is given; what came between is left out. */
export class Latest<T> {
  #next: { readonly value: T } | null = null;
  #isBusy = false;
  #onNewer: (() => void) | null = null;

  /** @param work must not throw */
  constructor(readonly work: (value: T) => Promise<void>) {}

  push(value: T): void {
    this.#next = { value };
    this.#onNewer?.();
    if (!this.#isBusy) void this.#run();
  }

  /** For the work at hand: true once `milliseconds` have passed without a newer value, false as soon as there is one. */
  async rests(milliseconds: number): Promise<boolean> {
    if (this.#next) return false;
    const rests = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), milliseconds);
      this.#onNewer = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
    this.#onNewer = null;
    return rests;
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#next; next; next = this.#next) {
      this.#next = null;
      await this.work(next.value);
    }
    this.#isBusy = false;
  }
}
