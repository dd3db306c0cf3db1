/** Files that come damaged: whole ones with bytes changed, cut, repeated and put in. */
import { Buffer } from "node:buffer";
import { KeyedRandom } from "../../data/keyed_random.ts";

type Draw = (below: number) => number;

/** What is put into texts and numbers that programs trust. */
const snares = [
  "-1",
  "1e999",
  "NaN",
  "null",
  "9007199254740993",
  "{}",
  "[]",
  '"',
  "\0",
  "\n",
  ",",
  ":",
  "../",
  "__proto__",
];

/** The parts one after the other, as a plain array: a Buffer's slices would share its memory. */
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const changes: readonly ((bytes: Uint8Array, draw: Draw) => Uint8Array)[] = [
  (bytes, draw) => bytes.slice(0, draw(bytes.length)),
  (bytes, draw) => bytes.slice(draw(bytes.length)),
  (bytes, draw) => {
    const other = bytes.slice();
    for (let i = 0; i <= draw(8); i++) other[draw(other.length)] = draw(256);
    return other;
  },
  (bytes, draw) => {
    const other = bytes.slice();
    other.fill([0, 127, 255][draw(3)], draw(other.length), draw(other.length));
    return other;
  },
  (bytes, draw) => {
    const [from, to] = [draw(bytes.length), draw(bytes.length)].sort((a, b) => a - b);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  (bytes, draw) => {
    const at = draw(bytes.length);
    const snare = new TextEncoder().encode(snares[draw(snares.length)]);
    return joined(bytes.subarray(0, at), snare, bytes.subarray(at + draw(8)));
  },
];

/** The `number`-th damaged version of a file, always the same one. */
export function damaged(bytes: Uint8Array, seed: number, number: number): Uint8Array {
  const random = new KeyedRandom(seed, 0, number);
  const draw: Draw = (below) => Math.floor(random.next() * below);
  let other = bytes;
  for (let i = 0; i <= draw(3); i++) {
    if (other.length > 0) other = changes[draw(changes.length)](other, draw);
  }
  return other;
}
