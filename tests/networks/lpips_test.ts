import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Lpips } from "../../networks/lpips.ts";
import { assertClose, device } from "../op_check.ts";
import { referenceValues } from "../reference/networks.ts";
import { madeUpPicture } from "./made_up.ts";
import { madeUpLpips } from "./made_up_lpips.ts";

const size = { width: 48, height: 64 };
const painted = madeUpPicture("painted", 48, 64);
const real = madeUpPicture("real", 48, 64);

for (const kind of ["alexnet", "vgg16"] as const) {
  Deno.test(`lpips: over ${kind}, as by its definition in PyTorch`, async () => {
    const lpips = Lpips.from(device, madeUpLpips(kind), size);
    const distance = await lpips.distance(painted, real);
    assertClose([distance], referenceValues(`lpips.${kind}`), 1e-5, "distance");
    assertEquals(await lpips.distance(real, real), 0);
    assertEquals(await lpips.distance(painted, real), distance, "to the bit");
  });
}

Deno.test("lpips: reads what the lpips package saves", async () => {
  const plain = madeUpLpips("alexnet");
  const saved = [...plain].map(([name, tensor]) =>
    [name.replace("features.", "net.slice3."), tensor] as const
  );
  const distances = [plain, new Map(saved)].map((tensors) =>
    Lpips.from(device, tensors, size).distance(painted, real)
  );
  assertEquals(await distances[0], await distances[1]);
});

Deno.test("lpips: weights and pictures that are not right are refused", async () => {
  const tensors = madeUpLpips("alexnet");
  const lpips = Lpips.from(device, tensors, size);
  await assertRejects(
    () => lpips.distance(painted, madeUpPicture("wide", 64, 48)),
    RangeError,
    "LPIPS: a picture of 64x48 pixels must have 48x64",
  );
  assertThrows(
    () => Lpips.from(device, tensors, { width: 64, height: 30 }),
    RangeError,
    "pictures of 64x30 pixels are too small: both sides need 31",
  );
  tensors.delete("lin2.model.1.weight");
  assertThrows(
    () => Lpips.from(device, tensors, size),
    Error,
    "LPIPS: lin2.model.1.weight is missing but must be [1,384,1,1]; give AlexNet or VGG-16",
  );
  assertThrows(() => Lpips.from(device, new Map(), size), Error, "features.0.weight is missing");
});
