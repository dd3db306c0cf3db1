import { assertThrows } from "@std/assert";
import fc from "fast-check";
import { heatMaps } from "../../kernels/heat_maps.ts";
import { sumGroups } from "../../kernels/reduce.ts";
import { assertClose, checkOp, device, upload } from "../op_check.ts";
import { heatMapsReference } from "../reference/heat_maps.ts";
import { referenceTensors, swapAxes } from "./reference_tensors.ts";

const joint = fc.oneof(
  fc.constant([-1, -1]),
  fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })),
  fc.tuple(fc.float({ min: 0, max: 20, noNaN: true }), fc.float({ max: 20, min: 0, noNaN: true })),
);
const size = fc.integer({ min: 1, max: 20 });

Deno.test("heatMaps: values over joints, sizes and widths", async () => {
  const sigmas = fc.constantFrom(1, 2.5, 6);
  const people = fc.array(fc.tuple(joint, joint, joint), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(people, size, size, sigmas, (joints, height, width, sigma) =>
      checkOp({
        op: (x) => heatMaps(x, { height, width }, sigma),
        reference: (x) => heatMapsReference(x, { height, width }, sigma),
        inputs: [{ shape: [joints.length, 3, 2], data: Float64Array.from(joints.flat(2)) }],
        constants: [0],
      })),
    { seed: 21, numRuns: 15 },
  );
});

Deno.test("heatMaps: sums agree with the reference tensors", async () => {
  const tensors = referenceTensors("paper");
  if (!tensors) return;
  for (const side of ["source", "target"]) {
    const { shape, data } = tensors(`joints.${side}`);
    const maps = heatMaps(upload({ shape, data: swapAxes(data) }), { height: 128, width: 64 }, 6);
    const sums = await sumGroups([maps], 1, shape[0] * shape[1])[0].read();
    assertClose(sums, tensors(`heatmap.${side}.sum`).data, 1e-5, `sums of ${side} maps`);
  }
});

Deno.test("heatMaps: wrong joints are refused", () => {
  const picture = { height: 4, width: 4 };
  for (const shape of [[2, 18, 3], [18, 2]]) {
    assertThrows(
      () => heatMaps(device.empty(shape), picture, 6),
      TypeError,
      `heatMaps: joints [${shape}] must be [batch, joints, 2]`,
    );
  }
});
