import type { Point, Size } from "../../pose/types.ts";
import type { Colour } from "../types.ts";
import type { KeyedRandom } from "../keyed_random.ts";
import { hsv, mix } from "./texture.ts";

/** A rectangle or an ellipse of even colour, in picture heights from the scene's middle. */
interface BackgroundShape {
  readonly round: boolean;
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
  readonly colour: Colour;
}

/** A place where pictures are taken: a wall or sky over a floor, with a few things on the wall. */
export interface Scene {
  readonly wall: readonly [top: Colour, bottom: Colour];
  readonly floor: readonly [far: Colour, near: Colour];
  /** Row where the floor begins, in picture heights from the middle. */
  readonly horizon: number;
  readonly shapes: readonly BackgroundShape[];
}

export function sampleScene(random: KeyedRandom): Scene {
  const wall = hsv(random.next(), random.between(0.03, 0.35), random.between(0.4, 0.9));
  const floor = hsv(random.next(), random.between(0.02, 0.25), random.between(0.3, 0.8));
  const horizon = random.between(0.1, 0.32);
  const count = Math.floor(random.between(0, 4));
  return {
    wall: [shaded(random, wall), wall],
    floor: [floor, shaded(random, floor)],
    horizon,
    shapes: Array.from({ length: count }, () => sampleShape(random, wall, horizon)),
  };
}

function shaded(random: KeyedRandom, [red, green, blue]: Colour): Colour {
  const share = random.between(0.7, 1.15);
  return [red * share, green * share, blue * share];
}

/** A pillar, a door or a window, or a bush that stands on the floor. */
function sampleShape(random: KeyedRandom, wall: Colour, horizon: number): BackgroundShape {
  const x = random.near(0, 0.4);
  const kind = random.pick(["pillar", "panel", "bush"]);
  if (kind === "bush") {
    const [halfWidth, halfHeight] = [random.between(0.08, 0.2), random.between(0.1, 0.25)];
    const colour = hsv(
      random.between(0.2, 0.4),
      random.between(0.2, 0.5),
      random.between(0.25, 0.6),
    );
    return { round: true, x, y: horizon - 0.8 * halfHeight, halfWidth, halfHeight, colour };
  }
  const other = hsv(random.next(), random.between(0.05, 0.4), random.between(0.3, 0.95));
  const colour = mix(wall, other, 0.6);
  if (kind === "pillar") {
    const halfWidth = random.between(0.02, 0.06);
    return { round: false, x, y: horizon - 0.5, halfWidth, halfHeight: 0.5, colour };
  }
  const [halfWidth, halfHeight] = [random.between(0.06, 0.15), random.between(0.1, 0.3)];
  return { round: false, x, y: horizon - random.between(0.3, 0.6), halfWidth, halfHeight, colour };
}

/** A soft dark patch on the floor, in pixels. */
export interface Shadow {
  readonly centre: Point;
  readonly halfWidth: number;
  readonly halfHeight: number;
}

/**
 * Draws the scene as [height, width, 3] of 0..255. `shift` is where the picture's middle lies in
 * the scene, in picture heights. Edges are blended over one pixel.
 */
export function drawScene(
  { wall, floor, horizon, shapes }: Scene,
  { width, height }: Size,
  shift: Point,
  shadows: readonly Shadow[],
): Float32Array {
  const pixels = new Float32Array(width * height * 3);
  let offset = 0;
  for (let row = 0; row < height; row++) {
    const y = (row + 0.5) / height - 0.5 + shift.y;
    const wallColour = mix(wall[0], wall[1], clamp((y + 0.5) / (horizon + 0.5)));
    const floorColour = mix(floor[0], floor[1], clamp((y - horizon) * 2));
    const floorCover = clamp((y - horizon) * height + 0.5);
    for (let column = 0; column < width; column++, offset += 3) {
      const x = (column + 0.5 - width / 2) / height + shift.x;
      blend(pixels, offset, wallColour, 1);
      for (const shape of shapes) {
        blend(pixels, offset, shape.colour, coverage(shape, x, y, height));
      }
      blend(pixels, offset, floorColour, floorCover);
      let brightness = 1;
      for (const shadow of shadows) brightness *= 1 - shadowAt(shadow, column, row);
      for (let i = offset; i < offset + 3; i++) pixels[i] = Math.min(255, pixels[i] * brightness);
    }
  }
  return pixels;
}

function blend(pixels: Float32Array, offset: number, colour: Colour, share: number): void {
  for (let i = 0; i < 3; i++) pixels[offset + i] += (colour[i] - pixels[offset + i]) * share;
}

/** `sharpness` is the number of pixels in a unit. */
function coverage(shape: BackgroundShape, x: number, y: number, sharpness: number): number {
  const dx = Math.abs(x - shape.x);
  const dy = Math.abs(y - shape.y);
  if (!shape.round) {
    return clamp((shape.halfWidth - dx) * sharpness + 0.5) *
      clamp((shape.halfHeight - dy) * sharpness + 0.5);
  }
  const radius = Math.sqrt((dx / shape.halfWidth) ** 2 + (dy / shape.halfHeight) ** 2);
  return clamp((1 - radius) * shape.halfWidth * sharpness + 0.5);
}

function shadowAt({ centre, halfWidth, halfHeight }: Shadow, column: number, row: number): number {
  const x = (column - centre.x) / halfWidth;
  const y = (row - centre.y) / halfHeight;
  const rest = 1 - x * x - y * y;
  return rest > 0 ? 0.5 * rest : 0;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
