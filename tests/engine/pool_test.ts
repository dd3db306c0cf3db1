import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { sizeClass } from "../../engine/pool.ts";

Deno.test("size classes hold the bytes, waste at most a quarter and are whole uniform windows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (bytes) => {
      const size = sizeClass(bytes);
      assert(size >= bytes);
      assert(size <= Math.max(256, bytes * 1.25 + 256));
      assertEquals(size % 256, 0);
      assertEquals(sizeClass(size), size);
    }),
    { seed: 1 },
  );
});
