import type { Picture } from "../types.ts";
import { type Raster, SAMPLES } from "./raster.ts";
import { unit } from "./space.ts";

/** Shades the raster over a background, [height, width, 3] of 0..255. */
export function shade(raster: Raster, background: Float32Array): Picture {
  const { size: { width, height }, owner } = raster;
  const pixels = new Uint8Array(width * height * 3);
  const colour: [number, number, number] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = (y * width + x) * 3;
      let red = 0, green = 0, blue = 0;
      let free = SAMPLES * SAMPLES;
      for (let j = y * SAMPLES; j < (y + 1) * SAMPLES; j++) {
        for (let i = x * SAMPLES; i < (x + 1) * SAMPLES; i++) {
          if (owner[j * width * SAMPLES + i] === 0) continue;
          shadeSample(raster, i, j, colour);
          red += colour[0];
          green += colour[1];
          blue += colour[2];
          free--;
        }
      }
      const share = 1 / (SAMPLES * SAMPLES);
      pixels[pixel] = (red + free * background[pixel]) * share + 0.5;
      pixels[pixel + 1] = (green + free * background[pixel + 1]) * share + 0.5;
      pixels[pixel + 2] = (blue + free * background[pixel + 2]) * share + 0.5;
    }
  }
  return { width, height, pixels };
}

/** Towards the light, in view space: from above, a little from the left. */
const light = unit([-0.45, 0.65, 0.6]);

/** Lambert's law over ambient light, darker where the surface turns away from the camera. */
function shadeSample(raster: Raster, i: number, j: number, out: [number, number, number]): void {
  const { size, camera, surfaces, owner, depth } = raster;
  const index = j * size.width * SAMPLES + i;
  const { solid, section } = surfaces[owner[index] - 1];
  const { frame: { origin, axes }, flat, radius, material } = solid;
  const dx = ((i + 0.5) / SAMPLES - 0.5 - camera.x) / camera.scale - origin[0];
  const dy = (camera.y + 0.5 - (j + 0.5) / SAMPLES) / camera.scale - origin[1];
  const dz = depth[index] - origin[2];
  const ax = axes[0], ay = axes[1], az = axes[2];
  const x = ax[0] * dx + ax[1] * dy + ax[2] * dz;
  const s = -(ay[0] * dx + ay[1] * dy + ay[2] * dz);
  const z = (az[0] * dx + az[1] * dy + az[2] * dz) / flat;
  // The gradient of x^2 + (z / flat)^2 - a - b s - c s^2, halved.
  const gy = section.b / 2 + section.c * s;
  const gz = z / flat;
  const nx = ax[0] * x + ay[0] * gy + az[0] * gz;
  const ny = ax[1] * x + ay[1] * gy + az[1] * gz;
  const nz = ax[2] * x + ay[2] * gy + az[2] * gz;
  const inside = nz < 0;
  const scale = (inside ? -1 : 1) / Math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12);
  const lambert = Math.max(0, (nx * light[0] + ny * light[1] + nz * light[2]) * scale);
  const brightness = (0.5 + 0.5 * lambert) * (0.72 + 0.28 * nz * scale) * (inside ? 0.6 : 1.12);
  const { colour, accent, pattern } = material;
  const share = pattern ? pattern(s, Math.atan2(x, z) * radius * (1 + flat) / 2) : 0;
  for (let channel = 0; channel < 3; channel++) {
    const base = colour[channel] + (accent[channel] - colour[channel]) * share;
    out[channel] = Math.min(255, base * brightness);
  }
}
