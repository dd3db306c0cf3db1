/** A pass of one convolution in Repose, ready to be launched. */
import type { Device } from "../engine/device.ts";
import { normal, Random } from "../engine/random.ts";
import { Tape } from "../engine/tape.ts";
import { conv2d } from "../kernels/conv2d.ts";
import { convTranspose2d } from "../kernels/conv_transpose2d.ts";
import type { Layer, Pass } from "./layers.ts";

/** Captures a pass of a layer on random values; its kernels are chosen here, not when it is launched. */
export function layerPass(device: Device, layer: Layer, pass: Pass): () => void {
  const random = new Random(device, 1);
  const [x, weight, upstream] = [layer.input, layer.weight, layer.output]
    .map((shape) => normal(random, shape, 0, 1));
  const apply = layer.transposed ? convTranspose2d : conv2d;
  const forward = () => apply(x, weight, null, layer);
  if (pass === "forward") return captured(device, forward);
  const tape = device.tape = new Tape([pass === "input" ? x : weight]);
  const y = forward();
  device.tape = null;
  return captured(device, () => tape.backward(new Map([[y, upstream]])));
}

/** What runs `trace` again, captured once. */
export function captured(device: Device, trace: () => unknown): () => void {
  const step = device.capture(trace);
  return () => step.replay();
}
