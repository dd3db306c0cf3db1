import { assertEquals, assertThrows } from "@std/assert";
import { modelConfiguration, type Preset } from "../../model/configuration.ts";
import { generatorParameters } from "../../model/generator.ts";

Deno.test("a fidelity sets its fields, and each can be chosen on its own", () => {
  const paper = modelConfiguration({ preset: "market" });
  assertEquals([paper.norm, paper.regions, paper.sampling], ["instance", "paper", "bilinear"]);
  const mixed = modelConfiguration({ preset: "market", fidelity: "released", norm: "instance" });
  assertEquals([mixed.norm, mixed.regions, mixed.sampling], ["instance", "released", "nearest"]);
});

Deno.test("the ablation's variants differ in skips, encoders and reconstruction", () => {
  const variant = (configuration: "baseline" | "dsc" | "percloss" | "full") =>
    modelConfiguration({ preset: "market", configuration });
  assertEquals(variant("baseline").reconstruction, { kind: "l1", factor: 100 });
  assertEquals(variant("dsc").reconstruction, { kind: "l1", factor: 100 });
  assertEquals(variant("percloss").reconstruction, { kind: "perceptual", factor: 0.5 });
  assertEquals(variant("full").reconstruction, { kind: "nearest-patch", factor: 0.01 });
  const [first, ...rest] = generatorParameters(variant("baseline"));
  assertEquals(first, { name: "generator.appearance.0.weight", shape: [64, 39, 3, 3] });
  assertEquals(rest.some(({ name }) => name.includes(".pose.")), false);
});

Deno.test("unknown names and impossible widths are refused with what is allowed", () => {
  assertThrows(() => modelConfiguration({ preset: "market", width: 0 }), RangeError, "width 0");
  assertThrows(() => modelConfiguration({ preset: "market", width: 1.5 }), RangeError, "1 to 256");
  const unknown = "mars" as Preset;
  assertThrows(() => modelConfiguration({ preset: unknown }), RangeError, "demo, market");
});

Deno.test("configuration: a size of its own, which the levels must halve, tells the neighbourhood", () => {
  const sized = (size: string) => modelConfiguration({ preset: "market", size });
  assertEquals(sized("128x256").size, { width: 128, height: 256 });
  assertEquals(["32x64", "64x128", "128x256"].map((size) => sized(size).window), [1, 3, 5]);
  assertEquals(sized("64x128"), modelConfiguration({ preset: "market" }));
  for (const size of ["100x256", "128x250", "0x128", "128", "ax b"]) {
    assertThrows(() => sized(size), RangeError, "both multiples of 32");
  }
  assertThrows(
    () => modelConfiguration({ preset: "demo", size: "16x64" }),
    RangeError,
    "both multiples of 16 from 32 on",
  );
});
