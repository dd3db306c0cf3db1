/**
 * The forward and the backward kernel of deform.ts, with a variant for each way to sample, mask and fuse.
 *
 * `choice` [N, 4 ceil(C / 16), H, W] carries what the backward kernel must know of the forward one. For
 * max: the winners (0 = v_0, h + 1 = part h) of four channels as the 6-bit digits of one whole float.
 * For average: 1 / count.
 *
 * The backward kernel gathers: a source pixel s visits in raster order, for each part that may move it,
 * the target pixels whose samples lie within reach of s: the parallelogram A^-1 (s +- reach).
 *
 * Grid of both: (W / 8, H / 8, N ceil(C / 16)); a thread has sixteen channels of one pixel, four in each
 * column of a matrix, so that maps, masks and weights are worked out once for all of them.
 */
import { Kernel, variants } from "../engine/kernel.ts";
import type { Shape } from "../engine/tensor.ts";
import { lines, range } from "./wgsl.ts";

/** How parts are sampled, masked and fused. */
export interface DeformWays {
  /** Paper: bilinear; the authors' code: nearest. */
  readonly sampling: "bilinear" | "nearest";
  /** Paper: source; the authors' code: target. */
  readonly maskOn: "source" | "target";
  /** Average is the ablation. */
  readonly fusion: "max" | "average";
  /** Whether the undeformed features take part; paper: yes, the authors' code: no. */
  readonly identity: boolean;
}

/** Pixels of a workgroup along each axis. */
const GROUP = 8;
/** Channels of a thread. */
const BLOCK = 16;

/** The kernels' grid, and the shape of `choice`. */
export function deformGrid([batch, channels, height, width]: Shape) {
  const blocks = Math.ceil(channels / BLOCK);
  return {
    groups: [Math.ceil(width / GROUP), Math.ceil(height / GROUP), batch * blocks] as const,
    choiceShape: [batch, 4 * blocks, height, width],
  };
}

const parameters = {
  sizes: ["channels", "height", "width", "parts", "taps"],
  scalars: ["scale", "shift"],
} as const;

const SHARED = `
struct Map { linear: mat2x2<f32>, offset: vec2<f32> }
fn map_of(part: u32) -> Map {
  let m = part * 6u;
  let linear = mat2x2<f32>(maps[m], maps[m + 3u], maps[m + 1u], maps[m + 4u]);
  let shift = vec2<f32>(p.shift);
  return Map(linear, (linear * shift + vec2<f32>(maps[m + 2u], maps[m + 5u]) - shift) / p.scale);
}
fn nearest(s: vec2<f32>) -> vec2<f32> { return sign(s) * floor(abs(s) + (0.5 + TIE)); }
fn weight(s: vec2<f32>, tap: vec2<f32>) -> f32 {
  if (NEAREST) { return select(0.0, 1.0, all(nearest(s) == tap)); }
  let near = max(1.0 - abs(s - tap), vec2<f32>(0.0));
  return near.x * near.y;
}

// Sixteen channels of a pixel; those past the last are read from anywhere and never stored.
fn load4(at: u32) -> vec4<f32> {
  let area = p.height * p.width;
  return vec4<f32>(input[at], input[at + area], input[at + 2u * area], input[at + 3u * area]);
}
fn load(at: u32) -> mat4x4<f32> {
  let stride = 4u * p.height * p.width;
  return mat4x4<f32>(load4(at), load4(at + stride), load4(at + 2u * stride), load4(at + 3u * stride));
}
fn store(at: u32, count: u32, values: mat4x4<f32>) {
  let area = p.height * p.width;
  ${
  lines(range(BLOCK), (c) =>
    `if (count > ${c}u) { output[at + ${c}u * area] = values[${c >> 2}][${c & 3}]; }`)
}
}
@compute @workgroup_size(${GROUP}, ${GROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= p.width || id.y >= p.height) { return; }
  let area = p.height * p.width;
  let here = id.y * p.width + id.x;
  let blocks = (p.channels + ${BLOCK - 1}u) / ${BLOCK}u;
  let picture = id.z / blocks;
  let channel = (id.z - picture * blocks) * ${BLOCK}u;
  let base = (picture * p.channels + channel) * area;
  store(base + here, p.channels - channel, run(id.xy, here, picture, base, 4u * id.z * area));
}`;

const FORWARD = `
fn factor(s: vec2<f32>, q: vec2<f32>, mask_base: u32) -> f32 {
  if (!(all(q >= vec2<f32>(0.0)) && q.x < f32(p.width) && q.y < f32(p.height))) { return 0.0; }
  let at = u32(q.y) * p.width + u32(q.x);
  return weight(s, q) * select(1.0, masks[mask_base + at], MASK_ON_SOURCE);
}
// Masked weights of the taps at a corner, right of it, below it and diagonally; of the nearest, the first.
fn factors(s: vec2<f32>, corner: vec2<f32>, mask_base: u32) -> vec4<f32> {
  let first = factor(s, corner, mask_base);
  if (NEAREST) { return vec4<f32>(first, 0.0, 0.0, 0.0); }
  return vec4<f32>(
    first,
    factor(s, corner + vec2<f32>(1.0, 0.0), mask_base),
    factor(s, corner + vec2<f32>(0.0, 1.0), mask_base),
    factor(s, corner + 1.0, mask_base),
  );
}
fn sample(corner: vec2<f32>, taps: vec4<f32>, base: u32) -> mat4x4<f32> {
  let at = base + u32(i32(corner.y)) * p.width + u32(i32(corner.x));
  var sum = mat4x4<f32>();
  var left = taps; // the next comes first: a place that a loop knows would be one in a GPU's memory
  // A number of turns that the compiler knew would be unrolled: slow to compile, no faster to run.
  for (var k = 0u; k < p.taps; k++) {
    if (left.x != 0.0) { sum += left.x * load(at + k / 2u * p.width + k % 2u); }
    left = left.yzwx;
  }
  return sum;
}
fn digits(winner: vec4<u32>) -> f32 {
  let shifted = winner << vec4<u32>(0u, 6u, 12u, 18u);
  return f32(shifted.x | shifted.y | shifted.z | shifted.w);
}
fn run(q: vec2<u32>, here: u32, picture: u32, base: u32, choices: u32) -> mat4x4<f32> {
  let area = p.height * p.width;
  let start = vec4<f32>(select(0.0, LOWEST, MAX));
  var fused = mat4x4<f32>(start, start, start, start);
  ${lines(range(4), (k) => `var winner${k} = vec4<u32>(0u);`)}
  var count = 0.0;
  var zeros = !MAX;
  if (IDENTITY) { fused = load(base + here); count = 1.0; }
  for (var h = 0u; h < p.parts; h++) {
    let part = picture * p.parts + h;
    let mask_base = part * area;
    let map = map_of(part);
    let mask = select(masks[mask_base + here], 1.0, MASK_ON_SOURCE);
    count += mask;
    let s = map.linear * vec2<f32>(q) + map.offset;
    let corner = select(floor(s), nearest(s), NEAREST);
    var taps = vec4<f32>(0.0);
    if (mask != 0.0) { taps = mask * factors(s, corner, mask_base); }
    // Most parts add zeros to most pixels, and zeros again change nothing.
    let zero = all(taps == vec4<f32>(0.0));
    if (zero && zeros) { continue; }
    zeros |= zero;
    let value = sample(corner, taps, base);
    if (MAX) {
      ${
  lines(range(4), (k) =>
    `let wins${k} = value[${k}] > fused[${k}];
      winner${k} = select(winner${k}, vec4<u32>(h + 1u), wins${k});
      fused[${k}] = select(fused[${k}], value[${k}], wins${k});`)
}
    } else {
      fused += value;
    }
  }
  if (MAX) {
    ${lines(range(4), (k) => `choice[choices + here + ${k}u * area] = digits(winner${k});`)}
    return fused;
  }
  let share = select(1.0 / count, 0.0, count == 0.0);
  ${lines(range(4), (k) => `choice[choices + here + ${k}u * area] = share;`)}
  return share * fused;
}`;

const BACKWARD = `
fn won(way: u32, digits: f32, g: vec4<f32>) -> vec4<f32> {
  let winner = (vec4<u32>(u32(digits)) >> vec4<u32>(0u, 6u, 12u, 18u)) & vec4<u32>(63u);
  return select(vec4<f32>(0.0), g, winner == vec4<u32>(way));
}
// The part of the upstream gradient at target pixel \`at\` that went the given way.
fn upstream(way: u32, at: u32, base: u32, choices: u32) -> mat4x4<f32> {
  let area = p.height * p.width;
  let g = load(base + at);
  if (!MAX) { return choice[choices + at] * g; }
  return mat4x4<f32>(
    ${lines(range(4), (k) => `won(way, choice[choices + at + ${k}u * area], g[${k}]),`)}
  );
}
// The target pixels that the map may bring within reach of s: rows [x, y) here, then columns of a row.
// A map that is all but singular may bring any row there. The allowances are for float32.
const REACH = select(1.01, 0.51, NEAREST);
fn rows(map: Map, s: vec2<f32>) -> vec2<u32> {
  let across = map.linear[0];
  let down = map.linear[1];
  let determinant = across.x * down.y - down.x * across.y;
  if (!(abs(determinant) > 1e-3 * (abs(across.x * down.y) + abs(down.x * across.y)))) {
    return vec2<u32>(0u, p.height);
  }
  let back = s - map.offset;
  let middle = (across.x * back.y - across.y * back.x) / determinant;
  let half = (abs(across.x) + abs(across.y)) * REACH / abs(determinant) + 0.1;
  return pixels(middle - half, middle + half, p.height);
}
fn columns(map: Map, s: vec2<f32>, y: u32) -> vec2<u32> {
  let start = map.linear[1] * f32(y) + map.offset - s;
  let slope = select(map.linear[0], vec2<f32>(1e-9), abs(map.linear[0]) < vec2<f32>(1e-9));
  let one = (-REACH - start) / slope;
  let other = (REACH - start) / slope;
  let low = min(one, other);
  let high = max(one, other);
  return pixels(max(low.x, low.y), min(high.x, high.y), p.width);
}
fn pixels(low: f32, high: f32, size: u32) -> vec2<u32> {
  return vec2<u32>(clamp(vec2<f32>(ceil(low), floor(high) + 1.0), vec2<f32>(0.0), vec2<f32>(f32(size))));
}
fn run(q: vec2<u32>, here: u32, picture: u32, base: u32, choices: u32) -> mat4x4<f32> {
  let s = vec2<f32>(q);
  var gradient = mat4x4<f32>();
  if (IDENTITY) { gradient = upstream(0u, here, base, choices); }
  for (var h = 0u; h < p.parts; h++) {
    let part = picture * p.parts + h;
    let mask_base = part * p.height * p.width;
    if (MASK_ON_SOURCE && masks[mask_base + here] == 0.0) { continue; }
    let map = map_of(part);
    let row = rows(map, s);
    for (var y = row.x; y < row.y; y++) {
      let column = columns(map, s, y);
      for (var x = column.x; x < column.y; x++) {
        let at = y * p.width + x;
        let mask = masks[mask_base + select(at, here, MASK_ON_SOURCE)];
        let factor = mask * weight(map.linear * vec2<f32>(vec2<u32>(x, y)) + map.offset, s);
        if (factor != 0.0) { gradient += factor * upstream(h + 1u, at, base, choices); }
      }
    }
  }
  return gradient;
}`;

function flags({ sampling, maskOn, fusion, identity }: DeformWays): string {
  return `
const NEAREST = ${sampling === "nearest"};
const MASK_ON_SOURCE = ${maskOn === "source"};
const MAX = ${fusion === "max"};
const IDENTITY = ${identity};
const LOWEST = -3.4e38;
const TIE = 2e-5;`;
}

export const forwardKernel = variants((ways: DeformWays) =>
  new Kernel({
    name: "deform",
    read: ["input", "maps", "masks"],
    write: ["output", "choice"],
    ...parameters,
    source: flags(ways) + SHARED + FORWARD,
  })
);

export const backwardKernel = variants((ways: DeformWays) =>
  new Kernel({
    name: "deform_backward",
    read: ["input", "maps", "masks", "choice"],
    write: ["output"],
    ...parameters,
    source: flags(ways) + SHARED + BACKWARD,
  })
);
