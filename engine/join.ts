import { elementGroups, elementKernel } from "./kernel.ts";
import { type Tensor, tensorsIn } from "./tensor.ts";

const kernel = elementKernel({
  name: "copy",
  read: ["x"],
  write: ["y"],
  source: "fn element(i: u32) { y[i] = x[i]; }",
});

/**
 * Brings the values of tensors into `whole`, each to its place by `tensorsIn`: by a copy, unless `lay` lets a tensor lie
 * there itself, which is asked for those that are given once.
 */
export function join(
  tensors: readonly Tensor[],
  whole: Tensor,
  lay: (tensor: Tensor, place: Tensor) => boolean,
): void {
  const places = tensorsIn(whole, tensors.map(({ shape }) => shape));
  tensors.forEach((x, i) => {
    const isSole = tensors.every(({ storage }, k) => k === i || storage !== x.storage);
    if (isSole && lay(x, places[i])) return;
    x.device.launch(kernel, { x, y: places[i] }, { count: x.size }, elementGroups(x.size));
  });
}
