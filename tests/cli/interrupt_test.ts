import { assertEquals } from "@std/assert";
import { Interrupt } from "../../cli/interrupt.ts";

Deno.test({
  name: "interrupt: Ctrl-C, and being told to end, abort the work",
  ignore: Deno.build.os === "windows",
  async fn() {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      using interrupt = new Interrupt();
      assertEquals(interrupt.signal.aborted, false);
      const aborted = new Promise((resolve) =>
        interrupt.signal.addEventListener("abort", resolve, { once: true })
      );
      Deno.kill(Deno.pid, signal);
      await aborted;
    }
  },
});
