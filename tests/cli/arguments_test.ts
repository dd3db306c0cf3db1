import { assertEquals, assertThrows } from "@std/assert";
import { generate } from "../../cli/generate.ts";
import { oneOf, parseArguments, pictureSize } from "../../cli/arguments.ts";

Deno.test("a picture's size is WIDTHxHEIGHT in whole pixels", () => {
  const sizeOf = (text?: string) =>
    pictureSize({ words: [], texts: { size: text }, switches: new Set() }, "size");
  assertEquals(sizeOf(), null);
  assertEquals(sizeOf("1920x1080"), { width: 1920, height: 1080 });
  for (const text of ["1920", "0x5", "5x", "-1x5", "1.5x2", "1x2x3", "1e3x5", "1234567x1", ""]) {
    assertThrows(() => sizeOf(text), RangeError, `--size must be WIDTHxHEIGHT in pixels`);
  }
});

Deno.test("a word is one of those that an option takes, the first where it is not given", () => {
  const wordOf = (text?: string) =>
    oneOf({ words: [], texts: { whose: text }, switches: new Set() }, "whose", ["mine", "yours"]);
  assertEquals([wordOf(), wordOf("mine"), wordOf("yours")], ["mine", "mine", "yours"]);
  for (const text of ["ours", "", "Mine"]) {
    assertThrows(() => wordOf(text), RangeError, `--whose must be mine or yours, not "${text}"`);
  }
});

Deno.test("-h is --help", () => {
  for (const word of ["-h", "--help"]) {
    assertEquals([...parseArguments(generate, [word]).switches], ["help"]);
  }
});
