import { elementGroups, elementKernel } from "./kernel.ts";
import type { Tensor } from "./tensor.ts";

const kernel = elementKernel({
  name: "copy",
  read: ["x"],
  write: ["y"],
  source: "fn element(i: u32) { y[i] = x[i]; }",
});

/** Copies the values of a tensor into another of its size. */
export function copy(x: Tensor, y: Tensor): void {
  x.device.launch(kernel, { x, y }, { count: x.size }, elementGroups(x.size));
}
