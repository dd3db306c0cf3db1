import { elementKernel } from "./kernel.ts";
import type { Shape, Tensor, TensorDevice } from "./tensor.ts";

/** y = 2 max(x, -8) + offset + i: arithmetic, a comparison, an index and both kinds of parameters. */
const knownAnswerKernel = elementKernel({
  name: "known_answer",
  read: ["x"],
  write: ["y"],
  scalars: ["offset"],
  source: `fn element(i: u32) { y[i] = max(x[i], -8.0) * 2.0 + p.offset + f32(i); }`,
});

interface NamedDevice extends TensorDevice {
  readonly name: string;
  tensor(shape: Shape, values: Float32Array<ArrayBuffer>): Tensor;
}

/**
 * Compares one kernel with known answers: a driver that miscomputes would train garbage silently.
 * @throws Error where it does
 */
export async function checkKnownAnswers(device: NamedDevice): Promise<void> {
  const count = 1000;
  const x = Float32Array.from({ length: count }, (_, i) => i - 500);
  const y = await device.scope(() => {
    const input = device.tensor([count], x);
    const output = device.empty([count]);
    device.launch(knownAnswerKernel, { x: input, y: output }, { count, offset: 0.25 }, [16, 1, 1]);
    return output.read();
  });
  const wrong = y.findIndex((value, i) => value !== Math.max(x[i], -8) * 2 + 0.25 + i);
  if (wrong >= 0) {
    throw new Error(
      `${device.name} computes wrong values (${
        y[wrong]
      } at ${wrong} of the known-answer check): update its driver or choose another adapter`,
    );
  }
}
