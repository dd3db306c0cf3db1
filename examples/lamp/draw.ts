/**
 * Draws desk lamps in many poses, as pictures for `./run data folder DIR --skeleton examples/lamp/skeleton.json`:
 * `deno run -A examples/lamp/draw.ts DIR`.
 */
import { dirname, join } from "node:path";
import { KeyedRandom } from "../../data/keyed_random.ts";
import { writeLines } from "../../data/files/write.ts";
import { writePicture } from "../../data/pictures/image_file.ts";
import type { Colour, Picture, Sample } from "../../data/types.ts";
import { annotationHeader, formatAnnotation } from "../../pose/formats/annotation.ts";
import { parseSkeleton } from "../../pose/formats/skeleton_json.ts";
import type { Skeleton } from "../../pose/skeleton.ts";
import type { Point, Size } from "../../pose/types.ts";

const skeletonFile = new URL("skeleton.json", import.meta.url);

/** The joints and parts of a desk lamp. */
export const lampSkeleton: Skeleton = parseSkeleton(
  await Deno.readTextFile(skeletonFile),
  "skeleton.json",
);

/** One of the lamps. Lengths are in heights of the picture. */
interface Lamp {
  readonly arms: readonly [lower: number, upper: number];
  readonly thickness: number;
  readonly shade: { readonly length: number; readonly width: number };
  readonly colours: Record<"post" | "arm" | "shade" | "band" | "wall" | "table", Colour>;
}

/** Where the post stands, and the directions of both arms and the shade, 0 being up and pi / 2 to the right. */
interface LampPose {
  readonly x: number;
  readonly angles: readonly [lower: number, upper: number, shade: number];
}

/** What has a colour. */
interface Shape {
  readonly colour: Colour;
  holds(point: Point): boolean;
}

const TABLE = 0.86;
const POST = { height: 0.18, top: 0.03, bottom: 0.08 };
/** Samples along each side of a pixel. */
const SAMPLES = 3;

function sampleLamp(random: KeyedRandom): Lamp {
  const colour = (least: number, most: number): Colour => [
    random.between(least, most),
    random.between(least, most),
    random.between(least, most),
  ];
  return {
    arms: [random.near(0.26, 0.03), random.near(0.24, 0.03)],
    thickness: random.between(0.016, 0.026),
    shade: { length: random.near(0.16, 0.02), width: random.near(0.09, 0.015) },
    colours: {
      post: colour(20, 230),
      arm: colour(20, 160),
      shade: colour(40, 255),
      band: colour(40, 255),
      wall: colour(150, 235),
      table: colour(70, 150),
    },
  };
}

function samplePose(random: KeyedRandom): LampPose {
  const side = random.chance(0.5) ? 1 : -1;
  const lower = -side * random.between(-0.3, 0.9);
  const upper = side * random.between(0.5, 1.8);
  return {
    x: random.near(0.5, 0.08),
    angles: [lower, upper, upper + side * random.between(0.2, 1.2)],
  };
}

/** A lamp in a pose: its joints, in the skeleton's order, and what is to be drawn, the hindmost first. */
function build(lamp: Lamp, pose: LampPose): { joints: Point[]; shapes: Shape[] } {
  const { colours, thickness, shade } = lamp;
  const top = TABLE - POST.height;
  const at = (dx: number, y: number): Point => ({ x: pose.x + dx, y });
  const post = [at(POST.top, top), at(-POST.top, top)]
    .concat(at(-POST.bottom, TABLE), at(POST.bottom, TABLE));
  const hinge = at(0, top);
  const elbow = beyond(hinge, pose.angles[0], lamp.arms[0]);
  const neck = beyond(elbow, pose.angles[1], lamp.arms[1]);
  const tip = beyond(neck, pose.angles[2], shade.length);
  const middle = beyond(neck, pose.angles[2], 0.6 * shade.length);
  const half = (shade.width + thickness) / 2;
  return {
    joints: [...post, hinge, elbow, neck, tip],
    shapes: [
      { colour: colours.table, holds: ({ y }) => y >= TABLE - 0.02 },
      { colour: colours.post, holds: (point) => isInPost(post, point) },
      cone(hinge, elbow, thickness, thickness, colours.arm),
      cone(elbow, neck, thickness, thickness, colours.arm),
      cone(tip, tip, 0.045, 0.045, [255, 246, 190]),
      cone(neck, tip, thickness, shade.width, colours.shade, true),
      cone(middle, tip, half, shade.width, colours.band, true),
      cone(elbow, elbow, 1.4 * thickness, 1.4 * thickness, [50, 50, 55]),
    ],
  };
}

function beyond({ x, y }: Point, angle: number, length: number): Point {
  return { x: x + Math.sin(angle) * length, y: y - Math.cos(angle) * length };
}

function isInPost([right, left, , bottom]: readonly Point[], { x, y }: Point): boolean {
  const down = (y - right.y) / (bottom.y - right.y);
  const middle = (right.x + left.x) / 2;
  const half = POST.top + (POST.bottom - POST.top) * down ** 3;
  return down >= 0 && down <= 1 && Math.abs(x - middle) <= half;
}

/** What lies nearer to a line than a radius that grows along it; round at both ends, unless it is cut. */
function cone(
  from: Point,
  to: Point,
  first: number,
  last: number,
  colour: Colour,
  isCut = false,
): Shape {
  const dx = to.x - from.x, dy = to.y - from.y, squared = dx * dx + dy * dy;
  return {
    colour,
    holds({ x, y }) {
      const along = squared && ((x - from.x) * dx + (y - from.y) * dy) / squared;
      if (isCut && (along < 0 || along > 1)) return false;
      const t = Math.min(1, Math.max(0, along));
      const away = Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
      return away <= first + (last - first) * t;
    },
  };
}

function paint(shapes: readonly Shape[], wall: Colour, { width, height }: Size): Picture {
  const pixels = new Uint8Array(width * height * 3);
  const places = Array.from({ length: SAMPLES }, (_, i) => (i + 0.5) / SAMPLES);
  for (let at = 0; at < width * height; at++) {
    const sums = [0, 0, 0];
    for (const down of places) {
      for (const across of places) {
        const x = ((at % width) + across) / height, y = (Math.floor(at / width) + down) / height;
        const { colour } = shapes.findLast((shape) => shape.holds({ x, y })) ?? { colour: wall };
        colour.forEach((value, channel) => sums[channel] += value);
      }
    }
    pixels.set(sums.map((sum) => Math.round(sum / SAMPLES ** 2)), 3 * at);
  }
  return { width, height, pixels };
}

/** Picture `index` of lamp `number`, square and `side` pixels wide: a lamp looks the same in all of its pictures. */
export function drawLamp(number: number, index: number, side: number): Sample {
  const size = { width: side, height: side };
  const lamp = sampleLamp(new KeyedRandom(0, 0, number));
  const random = new KeyedRandom(0, 1 + number, index);
  for (;;) {
    const { joints, shapes } = build(lamp, samplePose(random));
    const inPixels = joints.map(({ x, y }) => ({ x: x * side - 0.5, y: y * side - 0.5 }));
    const isWhole = joints.every(({ x, y }) => x > 0.08 && x < 0.92 && y > 0.08 && y < 0.9);
    if (!isWhole) continue;
    const name = `lamp-${String(number).padStart(4, "0")}/${index}.png`;
    return { name, picture: paint(shapes, lamp.colours.wall, size), joints: inPixels };
  }
}

/** Writes pictures of many lamps, a folder each, and `poses.csv` with where their joints lie. */
export async function drawLamps(
  folder: string,
  lamps: number,
  poses: number,
  side: number,
): Promise<void> {
  const lines = [annotationHeader];
  for (let number = 0; number < lamps; number++) {
    for (let index = 0; index < poses; index++) {
      const { name, picture, joints } = drawLamp(number, index, side);
      const path = join(folder, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      await writePicture(path, picture);
      const rounded = joints.map((point) => point && { x: tenths(point.x), y: tenths(point.y) });
      lines.push(formatAnnotation({ name, joints: rounded }, lampSkeleton));
    }
  }
  await writeLines(join(folder, "poses.csv"), lines);
}

function tenths(value: number): number {
  return Math.round(10 * value) / 10;
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new Error("say where: deno run -A examples/lamp/draw.ts DIR");
  await drawLamps(folder, 120, 6, 48);
}
