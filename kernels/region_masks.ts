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
 * Layouts: regions [N, R, 8] as x0, y0 .. x3, y3; y [N, R, H, W]. Grid: one element an output.
 */
import { elementGroups, elementKernel } from "../engine/kernel.ts";
import type { Tensor } from "../engine/tensor.ts";

const kernel = elementKernel({
  name: "region_masks",
  read: ["regions"],
  write: ["y"],
  sizes: ["height", "width"],
  scalars: ["scale", "shift"],
  source: `
const EDGE = 1e-4; // pixels of full resolution
fn cross(a: vec2<f32>, b: vec2<f32>) -> f32 { return a.x * b.y - a.y * b.x; }
fn corner(quad: u32, k: u32) -> vec2<f32> {
  let at = quad * 8u + k * 2u;
  return vec2<f32>(regions[at], regions[at + 1u]);
}
fn element(i: u32) {
  let quad = i / (p.height * p.width);
  let point = p.scale * vec2<f32>(f32(i % p.width), f32(i / p.width % p.height)) + p.shift;
  let winding = sign(cross(corner(quad, 2u) - corner(quad, 0u), corner(quad, 3u) - corner(quad, 1u)));
  var inside = winding != 0.0;
  for (var k = 0u; k < 4u; k++) {
    let start = corner(quad, k);
    let edge = corner(quad, (k + 1u) % 4u) - start;
    inside = inside && winding * cross(edge, point - start) >= -EDGE * length(edge);
  }
  y[i] = select(0.0, 1.0, inside);
}`,
});

/** Where the pixels of a level lie at full resolution, and its place in the pyramid. */
export interface MaskOptions {
  /** The level's pixels are 2^level full-resolution pixels wide. */
  readonly level: number;
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
  const parameters = { count: y.size, height, width, scale, shift };
  regions.device.launch(kernel, { regions, y }, parameters, elementGroups(y.size));
  return y;
}
