import { assertEquals, assertRejects } from "@std/assert";
import { Cache } from "../../../data/files/cache.ts";

Deno.test("Cache loads once, and forgets what was used longest ago", async () => {
  const loads: string[] = [];
  const cache = new Cache(2, (key: string) => {
    loads.push(key);
    return Promise.resolve(key.toUpperCase());
  });
  for (const key of ["a", "b", "a", "c", "a", "b"]) {
    assertEquals(await cache.get(key), key.toUpperCase());
  }
  assertEquals(loads, ["a", "b", "c", "b"]);
});

Deno.test("Cache tries again after a load that failed", async () => {
  let attempts = 0;
  const cache = new Cache(2, (key: string) => {
    attempts++;
    return attempts === 1 ? Promise.reject(new Error("disk is away")) : Promise.resolve(key);
  });
  await assertRejects(() => cache.get("a"), Error, "disk is away");
  assertEquals(await cache.get("a"), "a");
});
