/**
 * Python's pickles (https://docs.python.org/3/library/pickletools.html) of plain values: numbers, texts, lists and
 * tuples (arrays), dictionaries (Maps). A pickle is a program that may call whatever it names; here it gets only what
 * `names` holds, so reading one runs no foreign code. Protocol 2 as PyTorch writes it, from Python 2 too.
 */

/** What a pickle may name ("module name"), and what stands for objects that are kept beside it. */
export interface PickleContext {
  /** Functions are called with the arguments that the pickle gives; other values just stand there. */
  readonly names: Readonly<Record<string, unknown>>;
  persistent(id: unknown): unknown;
}

/**
 * Reads the pickle that begins at `begin`; `end` is where it stops.
 * @throws Error where it is cut short, damaged, or names or does anything else.
 */
export function parsePickle(
  bytes: Uint8Array,
  begin: number,
  context: PickleContext,
): { value: unknown; end: number } {
  const machine = new Machine(bytes, begin, context);
  for (;;) {
    const code = machine.byte();
    if (code === STOP) return { value: machine.pop(), end: machine.position };
    const operation = operations[code];
    if (!operation) throw new Error(`the pickle does what is not read here (${code})`);
    operation(machine);
  }
}

const STOP = ".".charCodeAt(0);
/** Of a call; a tensor has seven. */
const MOST_ARGUMENTS = 16;

/** A pickle's stack, the stacks below its marks, and its memo. */
class Machine {
  readonly memo = new Map<number, unknown>();
  readonly #view: DataView;
  readonly #below: unknown[][] = [];
  #stack: unknown[] = [];

  constructor(
    readonly bytes: Uint8Array,
    public position: number,
    readonly context: PickleContext,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Steps over so many bytes, and gives where they lie. */
  skip(length: number): number {
    const at = this.position;
    if (!(length >= 0 && at + length <= this.bytes.length)) {
      throw new Error("the file ends inside a pickle; get it again");
    }
    this.position += length;
    return at;
  }

  byte = () => this.bytes[this.skip(1)];
  uint16 = () => this.#view.getUint16(this.skip(2), true);
  int32 = () => this.#view.getInt32(this.skip(4), true);
  float64 = () => this.#view.getFloat64(this.skip(8));

  text(length: number): string {
    const at = this.skip(length);
    return new TextDecoder().decode(this.bytes.subarray(at, at + length));
  }

  line(): string {
    const end = this.bytes.indexOf("\n".charCodeAt(0), this.position);
    const text = this.text(end - this.position);
    this.skip(1);
    return text;
  }

  /** A whole number of so many bytes, in two's complement. */
  long(length: number): number {
    const at = this.skip(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = value << 8n | BigInt(this.bytes[at + i]);
    return Number(BigInt.asIntN(8 * length, value));
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw new Error("the pickle is damaged; get the file again");
    return this.#stack.pop();
  }

  popSome(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  mark(): void {
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  /** All since the last mark. */
  popMarked(): unknown[] {
    const marked = this.#stack;
    this.#stack = this.#below.pop() ?? [];
    return marked;
  }

  append(values: readonly unknown[]): void {
    const list = this.pop();
    if (!Array.isArray(list)) throw new Error("the pickle is damaged; get the file again");
    for (const value of values) list.push(value);
    this.push(list);
  }

  setItems(items: readonly unknown[]): void {
    const map = this.pop();
    if (!(map instanceof Map)) throw new Error("the pickle is damaged; get the file again");
    for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i], items[i + 1]);
    this.push(map);
  }

  name(): void {
    const name = `${this.line()} ${this.line()}`;
    if (!Object.hasOwn(this.context.names, name)) {
      throw new Error(
        `the file needs Python's ${name.replace(" ", ".")}; save the network's state_dict() alone`,
      );
    }
    this.push(this.context.names[name]);
  }

  reduce(): void {
    const [make, args] = this.popSome(2);
    if (typeof make !== "function" || !Array.isArray(args) || args.length > MOST_ARGUMENTS) {
      throw new Error("the pickle is damaged; get the file again");
    }
    this.push(make(...args));
  }

  put(index: number): void {
    const value = this.pop();
    this.memo.set(index, value);
    this.push(value);
  }
}

type Operation = (machine: Machine) => void;

/** By the codes' letters or numbers. */
const operations: Readonly<Record<number, Operation>> = Object.fromEntries(
  Object.entries<Operation>({
    "\x80": (m) => m.skip(1), // the protocol
    "(": (m) => m.mark(),
    "N": (m) => m.push(null),
    "\x88": (m) => m.push(true),
    "\x89": (m) => m.push(false),
    "K": (m) => m.push(m.byte()),
    "M": (m) => m.push(m.uint16()),
    "J": (m) => m.push(m.int32()),
    "\x8a": (m) => m.push(m.long(m.byte())),
    "G": (m) => m.push(m.float64()),
    "X": (m) => m.push(m.text(m.int32())),
    "T": (m) => m.push(m.text(m.int32())),
    "U": (m) => m.push(m.text(m.byte())),
    ")": (m) => m.push([]),
    "\x85": (m) => m.push(m.popSome(1)),
    "\x86": (m) => m.push(m.popSome(2)),
    "\x87": (m) => m.push(m.popSome(3)),
    "t": (m) => m.push(m.popMarked()),
    "]": (m) => m.push([]),
    "a": (m) => m.append(m.popSome(1)),
    "e": (m) => m.append(m.popMarked()),
    "}": (m) => m.push(new Map()),
    "s": (m) => m.setItems(m.popSome(2)),
    "u": (m) => m.setItems(m.popMarked()),
    "c": (m) => m.name(),
    "R": (m) => m.reduce(),
    "b": (m) => void m.pop(), // an object's further state
    "q": (m) => m.put(m.byte()),
    "r": (m) => m.put(m.int32()),
    "h": (m) => m.push(m.memo.get(m.byte())),
    "j": (m) => m.push(m.memo.get(m.int32())),
    "Q": (m) => m.push(m.context.persistent(m.pop())),
  }).map(([code, operation]) => [code.charCodeAt(0), operation]),
);
