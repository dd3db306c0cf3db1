import { assertEquals, assertMatch } from "@std/assert";
import { sentenceOf } from "../../web/sentences.ts";

Deno.test("what a GPU reports becomes advice", () => {
  assertMatch(sentenceOf(new Error("GPU error near conv2d: Out of memory")), /close other tabs/);
  assertMatch(sentenceOf(new Error("GPU error near x: the GPU was lost: gone")), /stopped working/);
  assertEquals(sentenceOf(new Error("lost.txt does not open")), "lost.txt does not open");
});
