import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { isPyTorchFile, parsePyTorchFile } from "../../../networks/formats/pytorch_file.ts";
import { float32 } from "../../../engine/safetensors.ts";

const files = Object.fromEntries(
  ["zip", "pickles"].map((format) => {
    const url = new URL(`../../reference/pytorch-${format}.pth`, import.meta.url);
    return [format, Deno.readFileSync(url)] as const;
  }),
);

const count = Array.from({ length: 24 }, (_, i) => i);

for (const [format, file] of Object.entries(files)) {
  Deno.test(`pytorch_file: the tensors of a file of ${format}`, () => {
    assert(isPyTorchFile(file));
    const tensors = parsePyTorchFile(file);
    const read = (name: string) => {
      const tensor = tensors.get(name)!;
      return [tensor.dtype, tensor.shape, [...float32(tensor)]];
    };
    assertEquals(read("conv.weight"), ["F32", [2, 3, 4], count]);
    assertEquals(read("part"), ["F32", [2, 3], count.slice(4, 10)]);
    const turned = Array.from({ length: 24 }, (_, i) => i % 4 * 6 + Math.floor(i / 4));
    assertEquals(read("turned"), ["F32", [6, 4], turned]);
    assertEquals(read("half"), ["F16", [2], [1.5, -2.25]]);
    assertEquals(read("bfloat16"), ["BF16", [2], [1.5, -2.25]]);
    assertEquals(read("double"), ["F64", [1, 1], [Math.fround(0.1)]]);
    assertEquals(read("parameter"), ["F32", [3], [1, 1, 1]]);
    assertEquals([...tensors.get("steps")!.data], [7, 0, 0, 0, 0, 0, 0, 0]);
    assertEquals(tensors.has("epoch"), false);
  });

  Deno.test(`pytorch_file: a file of ${format} that is cut short is refused`, () => {
    for (let length = 0; length < file.length; length++) {
      assertThrows(() => parsePyTorchFile(file.slice(0, length)), Error);
    }
  });

  Deno.test(`pytorch_file: a file of ${format} with wrong bytes is read or refused in words`, () => {
    const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = file.slice();
        for (const [at, byte] of changes) changed[at] = byte;
        try {
          for (const { data } of parsePyTorchFile(changed).values()) assert(data.length < 1e4);
        } catch (error) {
          assert(error instanceof Error && error.constructor === Error, String(error));
        }
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
}

/** A file of before PyTorch 1.6 whose dictionary is the given pickle. */
function fileOf(pickle: string): Uint8Array {
  const [magic, number, nothing] = [files.pickles.slice(0, 15), "\x80\x02M\xe9\x03.", "\x80\x02}."];
  const rest = [number, nothing, pickle, "\x80\x02]."].join("");
  return Uint8Array.from([...magic, ...Array.from(rest, (letter) => letter.charCodeAt(0))]);
}

Deno.test("pytorch_file: what is no dictionary of tensors is refused", () => {
  const refused = (file: Uint8Array, message: string) =>
    assertThrows(() => parsePyTorchFile(file), Error, message);
  refused(fileOf("\x80\x02}."), "holds no tensors by name; save the network's state_dict() alone");
  refused(fileOf("\x80\x02N."), "holds no tensors by name");
  refused(fileOf("cos\nsystem\n(U\x02ls.tR."), "the file needs Python's os.system");
  refused(fileOf("c__builtin__\neval\n."), "the file needs Python's __builtin__.eval");
  refused(fileOf("\x80\x02i."), "the pickle does what is not read here (105)");
  refused(Uint8Array.of(0x50, 0x4b, 3, 4), "the zip is cut short or damaged");
});

Deno.test("pytorch_file: other files do not pass for PyTorch's", () => {
  assertEquals(isPyTorchFile(new Uint8Array()), false);
  assertEquals(isPyTorchFile(new TextEncoder().encode("\x40\0\0\0\0\0\0\0{}")), false);
});

Deno.test("pytorch_file: a call with 300,000 arguments is damage", () => {
  const text = (codes: string) => [...codes].map((letter) => letter.charCodeAt(0));
  const call = `ccollections\nOrderedDict\n(${"N".repeat(300_000)}tR.`;
  const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  const file = Uint8Array.from([...magic, ...text(`.N.N.${call}`)]);
  assertThrows(() => parsePyTorchFile(file), Error, "the pickle is damaged");
});
