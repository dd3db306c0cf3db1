import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { isSoftware } from "../../engine/tensor.ts";
import { withVariable } from "../data/fixtures.ts";
import { describeMachine, type Machine, thisMachine } from "../../cli/driver.ts";

const lavapipe: Machine = {
  device: { name: "llvmpipe (LLVM 15.0.6, 256 bits)", kind: "software" },
  drivers: [{ path: "/usr/lib/libvulkan_lvp.so", version: "Mesa 22.3.6" }],
  cards: [],
  has512Bits: false,
};
const faster = (machine: Partial<Machine>) =>
  describeMachine({ ...lavapipe, ...machine }).filter((line) => line.startsWith("faster: "));

Deno.test("info: the device and its driver", () => {
  assertEquals(describeMachine(lavapipe).slice(0, 3), [
    "device: llvmpipe (LLVM 15.0.6, 256 bits), which is software",
    "kernels: those for software",
    "driver: Mesa 22.3.6, /usr/lib/libvulkan_lvp.so",
  ]);
  const card = { name: "NVIDIA H100", kind: "gpu-large" } as const;
  const drivers = [{ path: "/usr/lib/libnvidia-glcore.so.550.54", version: "NVIDIA 550.54" }];
  assertEquals(describeMachine({ ...lavapipe, device: card, drivers }), [
    "device: NVIDIA H100",
    "kernels: those for gpu-large",
    "driver: NVIDIA 550.54, /usr/lib/libnvidia-glcore.so.550.54",
  ]);
  assertMatch(
    describeMachine({ ...lavapipe, device: null }).join(),
    /^device: none; \.\/run brings/,
  );
});

Deno.test("info: what would be faster than a software driver", () => {
  const [card, mesa, ...more] = faster({});
  assertEquals(card, "faster: a graphics card with a Vulkan driver");
  assertMatch(mesa, /^faster: Mesa 26; delete \.vulkan, if it is there, and start through \.\/run/);
  assertEquals(more, []);
  const dri = [{ path: "/usr/lib/dri/swrast_dri.so", version: "Mesa 22.3.6" }];
  assertMatch(faster({ drivers: dri })[1], /^faster: Vulkan, which is not found; start through/);
  const newer = [{ path: "/usr/lib/libvulkan_lvp.so", version: "Mesa 26.1.6-1~bpo13+1" }];
  const [unused, vectors] = faster({
    drivers: newer,
    cards: ["/dev/nvidia0"],
    has512Bits: true,
  });
  assertMatch(unused, /^faster: the graphics card \/dev\/nvidia0, once a Vulkan driver/);
  assertMatch(vectors, /^faster: vectors of 512 bits/);
  assertEquals(
    faster({
      device: { name: "llvmpipe (512 bits)", kind: "software" },
      drivers: newer,
      has512Bits: true,
    }).length,
    1,
  );
});

Deno.test("info: this machine's device is found, on Linux with its driver's file", async () => {
  const { device, drivers } = await thisMachine();
  assertMatch(device?.name ?? "", /./);
  if (Deno.build.os !== "linux") return;
  assertEquals(drivers.length > 0, true, "no driver is loaded");
  if (device && isSoftware(device.kind)) assertMatch(drivers[0].version ?? "", /^Mesa \d+\./);
});

Deno.test("info: a REPOSE_KIND that is none is said, not taken for a missing device", () =>
  withVariable("REPOSE_KIND", "CUDA", async () => {
    await assertRejects(() => thisMachine(), Error, "REPOSE_KIND must be one of");
  }));
