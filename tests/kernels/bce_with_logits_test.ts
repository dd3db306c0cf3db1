import fc from "fast-check";
import { grad } from "../../engine/tape.ts";
import { bceWithLogits } from "../../kernels/bce_with_logits.ts";
import { assertClose, checkOp, device, randomArray, upload } from "../op_check.ts";
import { bceWithLogitsReference } from "../reference/bce_with_logits.ts";
import { referenceTensors } from "./reference_tensors.ts";

const labels = [0, 1] as const;

Deno.test("bceWithLogits: value and gradient for both labels", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...labels),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(1, 3),
      (label, size, batch) =>
        checkOp({
          op: (x) => bceWithLogits(x, label),
          reference: (x) => bceWithLogitsReference(x, label),
          inputs: [randomArray(size, [batch, 1, size, 3], -4, 4)],
        }),
    ),
    { seed: 51, numRuns: 10 },
  );
});

Deno.test("bceWithLogits: stays finite and keeps its slope far from zero", async () => {
  const x = upload({ shape: [2], data: Float64Array.of(-200, 200) });
  for (const label of labels) {
    const { loss, gradients: [gradient] } = grad(device, [x], () => bceWithLogits(x, label));
    assertClose(await loss.read(), [100], 1e-6, "loss");
    assertClose(await gradient.read(), label === 1 ? [-0.5, 0] : [0, 0.5], 1e-6, "gradient");
  }
});

Deno.test("bceWithLogits: losses agree with the reference tensors", async () => {
  for (const style of ["paper", "released"] as const) {
    const tensors = referenceTensors(style);
    if (!tensors) return;
    const lossOf = async (side: string, label: 0 | 1) => {
      const { shape, data } = tensors(`discriminator.${side}`);
      const logits = Float64Array.from(data, (d) => Math.log(d / (1 - d)));
      return (await bceWithLogits(upload({ shape, data: logits }), label).read())[0];
    };
    const generator = await lossOf("fake", 1);
    const discriminator = await lossOf("real", 1) + await lossOf("fake", 0);
    assertClose([generator], tensors("loss.generator_adversarial").data, 1e-5, style);
    assertClose([discriminator], tensors("loss.discriminator").data, 1e-5, style);
  }
});
