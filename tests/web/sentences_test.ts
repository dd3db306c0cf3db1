import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { lampSkeleton } from "../../examples/lamp/draw.ts";
import { modelMetadata } from "../../model/checkpoint.ts";
import { modelConfiguration } from "../../model/configuration.ts";
import { human } from "../../pose/skeleton.ts";
import { cameraSentence, requirePeople, sentenceOf } from "../../web/sentences.ts";

Deno.test("what a GPU reports becomes advice", () => {
  assertMatch(sentenceOf(new Error("GPU error near conv2d: Out of memory")), /close other tabs/);
  assertMatch(sentenceOf(new Error("GPU error near x: the GPU was lost: gone")), /stopped working/);
  assertEquals(sentenceOf(new Error("lost.txt does not open")), "lost.txt does not open");
});

Deno.test("the page takes models of people only", () => {
  const checkpoint = (skeleton: typeof human) => ({
    path: "lamp.safetensors",
    metadata: modelMetadata(modelConfiguration({ preset: "demo", skeleton })),
    tensors: new Map(),
  });
  requirePeople(checkpoint(human));
  assertThrows(
    () => requirePeople(checkpoint(lampSkeleton)),
    Error,
    "lamp.safetensors paints a desk lamp, but this page",
  );
});

Deno.test("why there is no camera", () => {
  const sentence = (name: string) => cameraSentence(new DOMException("why", name));
  assertMatch(sentence("NotAllowedError"), /refused/);
  assertMatch(sentence("NotFoundError"), /No camera/);
  assertMatch(sentence("NotReadableError"), /in use/);
  assertMatch(sentence("AbortError"), /does not open: why/);
});
