import { assertEquals } from "@std/assert";
import { Interrupt } from "../../cli/interrupt.ts";

// Of Ctrl-C itself the tests' own program would hear too; cli_test.ts tries it on a program of its own.
Deno.test({
  name: "interrupt: being told to end is as good as Ctrl-C",
  ignore: Deno.build.os === "windows",
  async fn() {
    using interrupt = new Interrupt();
    assertEquals(interrupt.signal.aborted, false);
    Deno.kill(Deno.pid, "SIGTERM");
    const sent = Date.now();
    while (!interrupt.signal.aborted && Date.now() < sent + 10_000) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assertEquals(interrupt.signal.aborted, true);
  },
});
