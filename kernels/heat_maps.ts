/**
 * Heat maps of joints (paper section 3.1): y[n, k, p] = exp(-|p - joint|^2 / (2 sigma^2)), pixel
 * centres at integers; all zero where the joint is missing (x < 0). Values below 1e-20 become 0: products
 * of smaller ones would leave float32's normal range, where a CPU computes many times slower.
 *
 * Layouts: joints [N, K, 2] as x, y; y [N, K, H, W]. Grid: `pictureGroups` of y.
 */
import { pictureGroups, pictureKernel } from "../engine/kernel.ts";
import type { Tensor } from "../engine/tensor.ts";

const kernel = pictureKernel({
  name: "heat_maps",
  read: ["joints"],
  write: ["y"],
  scalars: ["sigma"],
  source: "const LOWEST = -46.0; // e^-46 = 1e-20",
  perRow: `let x = joints[2u * plane];
  let dy = f32(row) - joints[2u * plane + 1u];`,
  element: `let dx = f32(column) - x;
    let exponent = (dx * dx + dy * dy) / (-2.0 * p.sigma * p.sigma);
    y[at] = select(exp(exponent), 0.0, x < 0.0 || exponent < LOWEST);`,
});

/**
 * Heat maps [N, K, height, width] in 0..1 of joints [N, K, 2] (x, y in pixels of that size; a
 * missing one is -1, -1). `sigma` in pixels. Constants: no gradient flows to the joints.
 * @throws TypeError when joints are not [N, K, 2].
 */
export function heatMaps(
  joints: Tensor,
  { height, width }: { readonly height: number; readonly width: number },
  sigma: number,
): Tensor {
  const [batch, count, coordinates] = joints.shape;
  if (joints.shape.length !== 3 || coordinates !== 2) {
    throw new TypeError(`heatMaps: joints [${joints.shape}] must be [batch, joints, 2]`);
  }
  const y = joints.device.empty([batch, count, height, width]);
  const parameters = { rows: height, columns: width, sigma };
  joints.device.launch(
    kernel,
    { joints, y },
    parameters,
    pictureGroups(batch * count, height, width),
  );
  return y;
}
