/** Does one thing after another with the newest of the values that it is given; what came between is left out. */
export class Latest<T> {
  #next: { readonly value: T } | null = null;
  #isBusy = false;

  /** @param work must not throw */
  constructor(readonly work: (value: T) => Promise<void>) {}

  push(value: T): void {
    this.#next = { value };
    if (!this.#isBusy) void this.#run();
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
