import type { Point, Size } from "../../pose/types.ts";
import { type Section, sectionExtent, type Solid } from "./solid.ts";
import type { Vec3 } from "./space.ts";

/** View space to pixels, without perspective: column = x + scale X, row = y - scale Y. */
export interface Camera {
  /** Pixels a metre. */
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export function project({ scale, x, y }: Camera, [X, Y]: Vec3): Point {
  return { x: x + scale * X, y: y - scale * Y };
}

interface Surface {
  readonly solid: Solid;
  readonly section: Section;
}

/** Samples along each side of a pixel. */
export const SAMPLES = 3;

/** What the camera sees: for each sample the nearest surface and its view-space Z. */
export interface Raster {
  readonly size: Size;
  readonly camera: Camera;
  readonly surfaces: readonly Surface[];
  /** Index into `surfaces` + 1; 0 = none. */
  readonly owner: Uint8Array;
  readonly depth: Float32Array;
}

/** Casts a ray through every sample at all solids, which may have 255 sections together. */
export function rasterise(solids: readonly Solid[], camera: Camera, size: Size): Raster {
  const count = size.width * size.height * SAMPLES * SAMPLES;
  const raster: Raster = {
    size,
    camera,
    surfaces: solids.flatMap((solid) => solid.sections.map((section) => ({ solid, section }))),
    owner: new Uint8Array(count),
    depth: new Float32Array(count).fill(-Infinity),
  };
  raster.surfaces.forEach((surface, index) => rasteriseSurface(raster, surface, index + 1));
  return raster;
}

function rasteriseSurface(raster: Raster, surface: Surface, id: number): void {
  const { size, camera, owner, depth } = raster;
  const { frame: { origin, axes }, flat } = surface.solid;
  const { from, to, a, b, c } = surface.section;
  const [[xx, xy, xz], [yx, yy, yz]] = axes;
  const [zx, zy, zz] = [axes[2][0] / flat, axes[2][1] / flat, axes[2][2] / flat];
  // On a ray x = x0 + xz t, z / flat = z0 + zz t and s = s0 - yz t: A t^2 + 2 B t + C = 0.
  const A = xz * xz + zz * zz - c * yz * yz;
  if (Math.abs(A) < 1e-9) return;
  const step = 1 / (camera.scale * SAMPLES);
  const columns = size.width * SAMPLES;
  const [minX, maxX] = sectionExtent(surface.solid, surface.section, 0);
  const [minY, maxY] = sectionExtent(surface.solid, surface.section, 1);
  const column = (X: number) => (X * camera.scale + camera.x + 0.5) * SAMPLES - 0.5;
  const row = (Y: number) => (camera.y - Y * camera.scale + 0.5) * SAMPLES - 0.5;
  const [originColumn, originRow] = [column(origin[0]), row(origin[1])];
  const firstColumn = Math.max(0, Math.ceil(column(minX)));
  const lastColumn = Math.min(columns - 1, Math.floor(column(maxX)));
  const lastRow = Math.min(size.height * SAMPLES - 1, Math.floor(row(minY)));
  for (let j = Math.max(0, Math.ceil(row(maxY))); j <= lastRow; j++) {
    const dy = (originRow - j) * step;
    for (let i = firstColumn; i <= lastColumn; i++) {
      const dx = (i - originColumn) * step;
      const x0 = xx * dx + xy * dy;
      const z0 = zx * dx + zy * dy;
      const s0 = -yx * dx - yy * dy;
      const B = x0 * xz + z0 * zz + (c * s0 + b / 2) * yz;
      const C = x0 * x0 + z0 * z0 - a - (b + c * s0) * s0;
      const discriminant = B * B - A * C;
      if (discriminant < 0) continue;
      const root = Math.sqrt(discriminant) / Math.abs(A);
      let t = root - B / A;
      let s = s0 - yz * t;
      if (s < from || s > to) { // Through an open end onto the inside.
        t = -root - B / A;
        s = s0 - yz * t;
        if (s < from || s > to) continue;
      }
      const index = j * columns + i;
      if (origin[2] + t > depth[index]) {
        depth[index] = origin[2] + t;
        owner[index] = id;
      }
    }
  }
}

/** View-space Z of what is seen at a pixel position; -Infinity for the background or outside. */
export function depthAt({ size, depth }: Raster, { x, y }: Point): number {
  const [i, j] = [Math.floor((x + 0.5) * SAMPLES), Math.floor((y + 0.5) * SAMPLES)];
  const [columns, rows] = [size.width * SAMPLES, size.height * SAMPLES];
  return i < 0 || j < 0 || i >= columns || j >= rows ? -Infinity : depth[j * columns + i];
}
