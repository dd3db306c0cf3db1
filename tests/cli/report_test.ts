import { assert, assertEquals } from "@std/assert";
import { shortened } from "../../cli/report.ts";

Deno.test("a message that quotes a long text shows its ends alone", () => {
  assertEquals(shortened("a.png: the file is empty"), "a.png: the file is empty");
  const said = shortened(`safetensors: "${"x".repeat(30_000_000)}" is wrong; write the file anew`);
  assert(/^safetensors: "x+ \.\.\. x+" is wrong; write the file anew$/.test(said), said);
  assert(said.length < 200 + 45, `${said.length} characters`);
  for (
    const quoted of [
      `"${"a b ".repeat(75)}"`,
      JSON.stringify('a " b '.repeat(50)),
      "x".repeat(300),
      `'${"it ".repeat(100)}'`,
    ]
  ) {
    const said = shortened(`--rate must be a number, not ${quoted}`);
    assert(said.startsWith("--rate must be a number, not ") && said.length < 230, said);
    assertEquals(said.slice(-95), quoted.slice(-95));
    const twice = shortened(`${quoted}: there is no ${quoted}`);
    assert(/: there is no /.test(twice) && twice.length < 220, twice);
  }
  const own = "there are " + "preset, ".repeat(40);
  assertEquals(shortened(own), own);
});
