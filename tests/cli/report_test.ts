import { assert, assertEquals } from "@std/assert";
import { shortened } from "../../cli/report.ts";

Deno.test("a message that quotes a long text shows its ends alone", () => {
  assertEquals(shortened("a.png: the file is empty"), "a.png: the file is empty");
  const said = shortened(`safetensors: "${"x".repeat(30_000_000)}" is wrong; write the file anew`);
  assert(/^safetensors: "x+ \.\.\. x+" is wrong; write the file anew$/.test(said), said);
  assert(said.length < 210, `${said.length} characters`);
});
