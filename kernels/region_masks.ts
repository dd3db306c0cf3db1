/**
 * Masks M_h of the parts' regions (paper section 3.2) at one level of the network:
 * y[n, r, p] = 1 where the full-resolution point of pixel p lies inside or on quad r, else 0.
 *
 * With S = 2^level, pixel (x, y) stands for the point
 *   paper:    (S x + (S - 1) / 2, S y + (S - 1) / 2)   its centre
 *   released: (S x, S y)                               the mask is made at level 0, every S-th pixel taken
 *
 * A point is inside when it lies on the inner side of all four edges, up to `EDGE` for float32;
 * the sign of the area says which side that is, so either winding will do. A quad without area
 * (all corners on a line or in a point) holds no pixel.
 *
 * Layouts: regions [N, R, 8] as x0, y0 .. x3, y3; y [N, R, H, W]. Grid: `pictureGroups` of y.
 */
import { pictureGroups, pictureKernel } from "../engine/kernel.ts";
import type { Tensor } from "../engine/tensor.ts";
import { lines, range } from "./wgsl.ts";

const CORNERS = range(4);

const kernel = pictureKernel({
  name: "region_masks",
  read: ["regions"],
  write: ["y"],
  scalars: ["scale", "shift"],
  source: `
const EDGE = 1e-4; // pixels of full resolution
fn cross(a: vec2<f32>, b: vec2<f32>) -> f32 { return a.x * b.y - a.y * b.x; }`,
  perRow: `let quad = 8u * plane;
  ${
    lines(CORNERS, (k) =>
      `let corner${k} = vec2<f32>(regions[quad + ${2 * k}u], regions[quad + ${2 * k + 1}u]);`)
  }
  let winding = sign(cross(corner2 - corner0, corner3 - corner1));
  ${lines(CORNERS, (k) => `let edge${k} = winding * (corner${(k + 1) % 4} - corner${k});`)}`,
  element: `let point = p.scale * vec2<f32>(f32(column), f32(row)) + p.shift;
    var inside = winding != 0.0;
    ${
    lines(CORNERS, (k) =>
      `inside &= cross(edge${k}, point - corner${k}) >= -EDGE * length(edge${k});`)
  }
    y[at] = select(0.0, 1.0, inside);`,
});

/** Where the pixels of a level lie at full resolution, and its place in the pyramid. */
export interface MaskOptions {
  /** The level's pixels are 2^level full-resolution pixels wide. */
  readonly level: number;
  /** Which pixels on the edge count as inside. */
  readonly style: "paper" | "released";
}

/**
 * Masks [N, R, height, width] of 0 and 1 of the convex quads in regions [N, R, 8] (corners in order,
 * full-resolution pixels), at the level that has the given size. Constants: no gradient flows.
 * @throws TypeError when regions are not [N, R, 8].
 */
export function regionMasks(
  regions: Tensor,
  { height, width }: { readonly height: number; readonly width: number },
  { level, style }: MaskOptions,
): Tensor {
  const [batch, parts, coordinates] = regions.shape;
  if (regions.shape.length !== 3 || coordinates !== 8) {
    throw new TypeError(`regionMasks: regions [${regions.shape}] must be [batch, parts, 8]`);
  }
  const scale = 2 ** level;
  const shift = style === "paper" ? (scale - 1) / 2 : 0;
  const y = regions.device.empty([batch, parts, height, width]);
  const parameters = { rows: height, columns: width, scale, shift };
  const groups = pictureGroups(batch * parts, height, width);
  regions.device.launch(kernel, { regions, y }, parameters, groups);
  return y;
}
