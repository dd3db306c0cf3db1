import { assertEquals } from "@std/assert";
import { canonicalName, identify } from "../../../data/sets/identity.ts";

Deno.test("identify: Market-1501, In-shop and folders", () => {
  assertEquals(identify("0002_c1s1_000451_03.jpg")?.person, "0002");
  for (const distractor of ["-1_c1s1_000451_03.jpg", "0000_c1s1_000451_03.jpg"]) {
    assertEquals(identify(distractor), null);
  }
  const item = { person: "WOMEN Dresses 00000002", outfit: "WOMEN Dresses 00000002 02" };
  assertEquals(identify("fasionWOMENDressesid0000000202_1front.jpg"), item);
  const other = identify("fashionMENTees_Tanksid0000009001_7additional.jpg");
  assertEquals(other, { person: "MEN TeesTanks 00000090", outfit: "MEN TeesTanks 00000090 01" });
  assertEquals(identify("ANNA/beach/1_2.jpg"), { person: "ANNA", outfit: "ANNA" });
  assertEquals(identify("0000/1.jpg")?.person, "0000");
});

Deno.test("canonicalName: In-shop's names in one spelling, others as they are", () => {
  const name = "fasionMENTeesTanksid0000009001_7additional.jpg";
  for (const spelling of [name, name.replace("sT", "s_T"), name.replace("fasion", "fashion")]) {
    assertEquals(canonicalName(spelling), name);
  }
  for (const name of ["0002_c1s1_000451_03.jpg", "ANNA/a_b.png"]) {
    assertEquals(canonicalName(name), name);
  }
});
