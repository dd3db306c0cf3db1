import { assertThrows } from "@std/assert";
import fc from "fast-check";
import { grad } from "../../engine/tape.ts";
import { bceWithLogits } from "../../kernels/bce_with_logits.ts";
import { assertClose, checkOp, device, randomArray, testOnEachKind, upload } from "../op_check.ts";
import { bceWithLogitsReference } from "../reference/bce_with_logits.ts";
import { referenceTensors } from "./reference_tensors.ts";

const labels = [0, 1] as const;

testOnEachKind("bceWithLogits: value and gradient for both labels", async () => {
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

testOnEachKind("bceWithLogits: a label for each share of the pictures", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...labels), { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 5, 149),
      async (labels, pictures, size) => {
        const x = randomArray(size, [labels.length * pictures, 1, size, 1], -4, 4);
        const share = pictures * size;
        await checkOp({
          op: (x) => bceWithLogits(x, ...labels),
          reference: ({ data }) => {
            const losses = labels.map((label, k) =>
              bceWithLogitsReference(
                { shape: [share], data: data.subarray(k * share, (k + 1) * share) },
                label,
              ).data[0]
            );
            return { shape: [1], data: Float64Array.of(losses.reduce((a, b) => a + b)) };
          },
          inputs: [x],
        });
      },
    ),
    { seed: 52, numRuns: 5 },
  );
  assertThrows(
    () => bceWithLogits(device.empty([3, 1, 2, 2]), 1, 0),
    RangeError,
    "bceWithLogits: the pictures of logits [3,1,2,2] cannot be shared among 2 labels",
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
