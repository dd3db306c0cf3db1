import { assertEquals } from "@std/assert";
import { countingDevice } from "../../engine/counting_device.ts";
import { Bundle } from "../../train/bundle.ts";

Deno.test("Bundle: as many tensors to a buffer as fit it, each from a multiple of 64 values on", () => {
  const shapes = [[64], [3, 5], [70], [1], [400], [2]].map((shape, i) => ({ name: `${i}`, shape }));
  const bundle = new Bundle(countingDevice("gpu", 4 * 450), shapes);
  assertEquals(bundle.wholes.map(({ names }) => names), [["0", "1", "2", "3"], ["4"], ["5"]]);
  assertEquals(bundle.wholes.map(({ tensor }) => tensor.size), [320, 448, 64]);
  const offsets = [...bundle.tensors.values()].map(({ storage }) => storage.offset / 4);
  assertEquals(offsets, [0, 64, 128, 256, 0, 0]);
  assertEquals([...bundle.tensors.values()].map(({ shape }) => shape), shapes.map((s) => s.shape));
  assertEquals(new Bundle(countingDevice(), shapes).wholes.length, 1);
  assertEquals(new Bundle(countingDevice(), []).wholes, []);
});
