import { assertEquals, assertMatch } from "@std/assert";
import { cameraSentence, sentenceOf } from "../../web/sentences.ts";

Deno.test("what a GPU reports becomes advice", () => {
  assertMatch(sentenceOf(new Error("GPU error near conv2d: Out of memory")), /close other tabs/);
  assertMatch(sentenceOf(new Error("GPU error near x: the GPU was lost: gone")), /stopped working/);
  assertEquals(sentenceOf(new Error("lost.txt does not open")), "lost.txt does not open");
});

Deno.test("why there is no camera", () => {
  const sentence = (name: string) => cameraSentence(new DOMException("why", name));
  assertMatch(sentence("NotAllowedError"), /refused/);
  assertMatch(sentence("NotFoundError"), /No camera/);
  assertMatch(sentence("NotReadableError"), /in use/);
  assertMatch(sentence("AbortError"), /does not open: why/);
});
