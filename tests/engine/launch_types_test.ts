/**
 * A kernel's definition types its launches. This file has to compile: every line below that compiles although it
 * should not is an error of `deno check`. Nothing here is run.
 */
import type { Device } from "../../engine/device.ts";
import { elementKernel, Kernel, pictureKernel, variants } from "../../engine/kernel.ts";
import type { Tensor } from "../../engine/tensor.ts";

const kernel = new Kernel({
  name: "typed",
  read: ["x"],
  optional: { bias: true },
  write: ["y"],
  window: { name: "w", vectors: 4 },
  sizes: ["length"],
  scalars: ["factor"],
  source: "",
});
const bare = new Kernel({ name: "bare", write: ["y"], source: "" });
const element = elementKernel({ name: "element", write: ["y"], scalars: ["factor"], source: "" });
const picture = pictureKernel({ name: "picture", words: ["packed"], write: ["y"], element: "" });
const variant = variants(({ twice }: { twice: boolean }) =>
  new Kernel({ name: "variant", read: ["x"], sizes: [twice ? "twice" : "once"], source: "" })
);

export function launches(device: Device, x: Tensor, y: Tensor, w: Tensor): void {
  const [tensors, numbers] = [{ x, y, w, bias: null }, { length: 1, factor: 0.5 }];
  const grid = [1, 1, 1] as const;
  device.launch(kernel, tensors, numbers, grid);
  device.launch(kernel, { ...tensors, bias: x }, numbers, grid);
  device.launch(kernel, { ...tensors, w: { tensor: w, offset: 64 } }, numbers, grid);
  x.device.launch(bare, { y }, {}, grid);
  device.launch(element, { y }, { count: 1, factor: 1 }, grid);
  device.launch(picture, { packed: x, y }, { rows: 1, columns: 1 }, grid);
  device.launch(variant({ twice: true }), { x }, { twice: 1, once: 2 }, grid);

  // @ts-expect-error y is missing
  device.launch(kernel, { x, w, bias: null }, numbers, grid);
  // @ts-expect-error the optional bias is missing
  device.launch(kernel, { x, y, w }, numbers, grid);
  // @ts-expect-error only what is optional may be null
  device.launch(kernel, { ...tensors, x: null }, numbers, grid);
  // @ts-expect-error the uniform window is missing
  device.launch(kernel, { x, y, bias: null }, numbers, grid);
  // @ts-expect-error X is no tensor of the kernel
  device.launch(kernel, { X: x, y, w, bias: null }, numbers, grid);
  // @ts-expect-error z is no tensor of the kernel
  device.launch(kernel, { ...tensors, z: x }, numbers, grid);
  const more = { ...tensors, z: x };
  // @ts-expect-error nor is it through a variable
  device.launch(kernel, more, numbers, grid);
  // @ts-expect-error factor is missing
  device.launch(kernel, tensors, { length: 1 }, grid);
  // @ts-expect-error height is no parameter of the kernel
  device.launch(kernel, tensors, { ...numbers, height: 1 }, grid);
  // @ts-expect-error a parameter is a number
  device.launch(kernel, tensors, { length: 1, factor: "1" }, grid);
  // @ts-expect-error a kernel without parameters takes none
  device.launch(bare, { y }, { length: 1 }, grid);
  // @ts-expect-error as do tensors' devices
  x.device.launch(bare, { y }, { length: 1 }, grid);
  // @ts-expect-error the count of an element kernel is missing
  device.launch(element, { y }, { factor: 1 }, grid);
  // @ts-expect-error the columns of a picture kernel are missing
  device.launch(picture, { packed: x, y }, { rows: 1 }, grid);
  // @ts-expect-error variants are told apart by an object of the given type
  variant({ thrice: true });
  // @ts-expect-error a variant's launch is typed too
  device.launch(variant({ twice: false }), { x, y }, { twice: 1, once: 2 }, grid);
}
