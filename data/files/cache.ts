/** Remembers what `load` gave for the `capacity` keys that were used last. */
export class Cache<Key, Value> {
  /** In the order of their last use. */
  readonly #entries = new Map<Key, Promise<Value>>();

  constructor(
    private readonly capacity: number,
    private readonly load: (key: Key) => Promise<Value>,
  ) {}

  /** The value for `key`. A load that fails is not remembered. */
  get(key: Key): Promise<Value> {
    const value = this.#entries.get(key) ?? this.#load(key);
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.capacity) this.#dropOldest();
    return value;
  }

  #load(key: Key): Promise<Value> {
    const value = this.load(key);
    value.catch(() => this.#entries.delete(key));
    return value;
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest);
  }
}
