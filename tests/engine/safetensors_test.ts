import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  float32,
  parseSafetensors,
  parseSafetensorsHeader,
  safetensorsDataStart,
  serializeSafetensors,
  storedFloat32,
  type StoredTensor,
} from "../../engine/safetensors.ts";
import { sharedPath } from "../shared.ts";

/** A file with any header text, to say what a writer would refuse to. */
function file(header: unknown, dataBytes = 0): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

Deno.test("safetensors: what is written is read back, whatever the order it came in", () => {
  const tensor = fc.record({
    dtype: fc.constantFrom("F32", "U8", "F16"),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
  }).map(({ dtype, shape }): StoredTensor => {
    const count = shape.reduce((a, b) => a * b, 1);
    const size = { F32: 4, F16: 2, U8: 1 }[dtype] ?? 0;
    return { dtype, shape, data: Uint8Array.from({ length: count * size }, (_, i) => i * 7) };
  });
  const name = fc.string({ unit: "binary" }).filter((text) => text !== "__metadata__");
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, tensor), { selector: ([text]) => text, maxLength: 6 }),
      fc.dictionary(fc.string(), fc.string()),
      (list, metadata) => {
        const bytes = serializeSafetensors(new Map(list), metadata);
        const read = parseSafetensors(bytes);
        assertEquals(read.tensors, new Map(list));
        assertEquals(Object.entries(read.metadata).sort(), Object.entries(metadata).sort());
        const reversed = Object.fromEntries(Object.entries(metadata).reverse());
        assertEquals(serializeSafetensors(new Map(list.reverse()), reversed), bytes);
        assertEquals(safetensorsDataStart(bytes) % 8, 0);
      },
    ),
    { seed: 1, numRuns: 50 },
  );
});

Deno.test("safetensors: the layout is the published one, byte for byte", () => {
  const bytes = serializeSafetensors(
    new Map([
      ["b", storedFloat32(new Float32Array([1, -2]), [2, 1])],
      ["a", { dtype: "U8", shape: [3], data: new Uint8Array([7, 8, 9]) }],
    ]),
    { step: "5" },
  );
  const header =
    '{"__metadata__":{"step":"5"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},' +
    '"a":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  assertEquals(new TextDecoder().decode(bytes.subarray(8, 8 + padded.length)), padded);
  assertEquals([...bytes.subarray(8 + padded.length)], [0, 0, 128, 63, 0, 0, 0, 192, 7, 8, 9]);
});

Deno.test("safetensors: a header alone tells where each tensor lies", () => {
  const bytes = serializeSafetensors(
    new Map([["w", storedFloat32(new Float32Array([3, 4]), [2])]]),
  );
  const dataStart = safetensorsDataStart(bytes.subarray(0, 8));
  const { entries, fileSize } = parseSafetensorsHeader(bytes.subarray(0, dataStart));
  const entry = { dtype: "F32", shape: [2], begin: dataStart, end: dataStart + 8 };
  assertEquals(entries.get("w"), entry);
  assertEquals(fileSize, bytes.length);
});

Deno.test("safetensors: float32 reads every float format, at any alignment", () => {
  const cases: [string, number[], number[]][] = [
    ["F64", [0, 0, 0, 0, 0, 0, 0xf8, 0xbf], [-1.5]],
    ["F32", [0, 0, 0xc0, 0xbf], [-1.5]],
    ["F16", [0, 0xbe, 1, 0], [-1.5, 2 ** -24]],
    ["BF16", [0xc0, 0xbf, 0x80, 0x7f], [-1.5, Infinity]],
    ["I32", [0xfe, 0xff, 0xff, 0xff], [-2]],
  ];
  for (const [dtype, bytes, values] of cases) {
    for (const offset of [0, 1]) {
      const data = new Uint8Array([...Array(offset).fill(0), ...bytes]).subarray(offset);
      const read = float32({ dtype, shape: [values.length], data });
      assertEquals([...read], values, `${dtype} at ${offset}`);
    }
  }
  const whole = { dtype: "I64", shape: [1], data: new Uint8Array(8) };
  assertThrows(() => float32(whole), TypeError, "can't read I64 as float32");
});

Deno.test("safetensors: hostile files are refused in one line", () => {
  const refused: [string, Uint8Array, string][] = [
    ["empty", new Uint8Array(0), "0 bytes, too few"],
    ["a picture", new TextEncoder().encode("\x89PNG\r\n\x1a\n...."), "not a safetensors file"],
    ["header cut", file({ w: f32(0, 8) }, 8).subarray(0, 30), "ends inside its header"],
    ["data cut", file({ w: f32(0, 8) }, 7), "is cut short"],
    ["trailing bytes", file({ w: f32(0, 8) }, 9), "goes on too long"],
    ["not JSON", file('{"w":'), "not JSON"],
    ["not UTF-8", file('{"').fill(0xff, 9), "not JSON"],
    ["array", file([]), "not a JSON object"],
    ["null", file("null"), "not a JSON object"],
    ["entry is a number", file({ w: 3 }), '"w" must have a dtype'],
    ["negative size", file({ w: f32(0, 8, [-1, -2]) }, 8), '"w" must have a dtype'],
    ["fraction", file({ w: f32(0, 8, [0.5, 4]) }, 8), '"w" must have a dtype'],
    ["no dtype", file({ w: { shape: [], data_offsets: [0, 4] } }, 4), '"w" must have a dtype'],
    [
      "one offset",
      file({ w: { dtype: "F32", shape: [0], data_offsets: [0] } }),
      "two data_offsets",
    ],
    ["odd dtype", file({ w: { ...f32(0, 8), dtype: "toString" } }, 8), "unknown dtype"],
    ["wrong shape", file({ w: f32(0, 8, [3]) }, 8), "takes 12 bytes but its offsets 0..8 hold 8"],
    ["huge shape", file({ w: f32(0, 8, Array(40).fill(2 ** 52)) }, 8), "larger than any file"],
    ["backwards", file({ w: f32(8, 0, [2]) }, 8), "hold -8"],
    ["overlap", file({ a: f32(0, 8), b: f32(4, 12) }, 12), '"b" overlaps'],
    ["hole", file({ a: f32(0, 4), b: f32(8, 12) }, 12), '"b" leaves a hole'],
    ["out of range", file({ a: f32(0, 2 ** 40) }, 4), "is cut short"],
    ["metadata", file({ __metadata__: { a: 1 } }), "__metadata__ must map names to strings"],
    [
      "twice",
      file(
        '{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0077":' +
          '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      ),
      "twice",
    ],
  ];
  for (const [what, bytes, message] of refused) {
    const error = assertThrows(() => parseSafetensors(bytes), Error, message, what);
    assertEquals(error.message.includes("\n"), false, what);
  }
  const huge = new Uint8Array(16).fill(0xff);
  assertThrows(() => safetensorsDataStart(huge), Error, "claims 18446744073709551615 bytes");
});

Deno.test("safetensors: a tensor whose bytes do not fit its shape is not written", () => {
  const short = { dtype: "F32", shape: [2, 2], data: new Uint8Array(12) };
  const write = () => serializeSafetensors(new Map([["w", short]]));
  assertThrows(write, TypeError, '"w" F32 [2,2] takes 16 bytes but has 12');
});

Deno.test("safetensors: reads files that others wrote", () => {
  const path = sharedPath("reference/market-paper.safetensors");
  if (path === null) return;
  const { metadata, tensors } = parseSafetensors(Deno.readFileSync(path));
  assertEquals(metadata.preset, "market");
  const image = tensors.get("image.source");
  assertEquals(image?.shape, [2, 3, 128, 64]);
  if (image) assertEquals(float32(image).every((value) => Math.abs(value) <= 1), true);
});

Deno.test("a header of one endless text, or name, or of escapes is refused like any other", () => {
  const long = "\\n".repeat(5_000_000);
  assertThrows(() => parseSafetensors(file(`"${long}"`)), Error, "not a JSON object");
  assertThrows(() => parseSafetensors(file(`{"${long}": 3}`)), Error, "must have a dtype");
});
