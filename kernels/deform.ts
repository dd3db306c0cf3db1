/**
 * The deformable skip (paper section 3.2) in one pass: every part h moves the features by its affine
 * map f_h, its mask M_h selects what moves, and the parts are fused.
 *
 *   mask on source: v_h(p) = sample(x M_h)(f_h p)      mask on target: v_h(p) = M_h(p) sample(x)(f_h p)
 *   v_0(p) = x(p), where `identity` is set
 *   max:     y(p) = max over h of v_h(p); the first of equal ones wins and takes the gradient
 *   average: y(p) = sum over h of v_h(p) / count(p); count = all h (mask on source), or the target
 *            masks at p and 1 for v_0 (mask on target); y = 0 where that is none
 *
 * With S = 2^level, level pixel q stands for the full-resolution point S q + shift: pixel centres,
 * shift = (S - 1) / 2, for bilinear sampling; corners, shift = 0, for nearest (the authors' code).
 * So a map A u + c of full resolution is A q + (A shift + c - shift) / S in level pixels. A sample at
 * s weighs level pixel i, per axis, by max(0, 1 - |s - i|) (bilinear), or by 1 where s rounded half
 * away from zero is i (nearest; joints are whole pixels, so exact halves are common, and what float32
 * brings to within `TIE` below one counts as one). Outside the picture all is zero.
 *
 * `choice` carries what the backward kernel must know of the forward one. For max: the winners (0 =
 * v_0, h + 1 = part h) of four channels as the 6-bit digits of one whole float, [N, ceil(C/4), H, W].
 * For average: 1 / count, in the same layout.
 *
 * The backward kernel gathers: a source pixel s visits in raster order, for each part that may move it,
 * the target pixels whose samples lie within reach of s: the parallelogram A^-1 (s +- reach).
 *
 * Layouts: x, y [N, C, H, W]; maps [N, R, 6]; masks [N, R, H, W].
 * Grid of both kernels: (pixels / 64, channels / 4, N); one thread, four channels of one pixel.
 */
import { Kernel, variants } from "../engine/kernel.ts";
import { differentiable } from "../engine/tape.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";

/** The level of the features, and how parts are sampled, masked and fused. */
export interface DeformOptions {
  /** The features' pixels are 2^level full-resolution pixels wide. */
  readonly level: number;
  /** Paper: bilinear; the authors' code: nearest. */
  readonly sampling: "bilinear" | "nearest";
  /** Paper: source; the authors' code: target. */
  readonly maskOn: "source" | "target";
  /** Average is the ablation. */
  readonly fusion: "max" | "average";
  /** Whether the undeformed features take part; paper: yes, the authors' code: no. */
  readonly identity: boolean;
}

const GROUP = 64;
/** Winners have 6 bits. */
const MAXIMUM_PARTS = 63;

const parameters = {
  sizes: ["channels", "height", "width", "parts"],
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
fn pixel(i: u32) -> vec2<f32> { return vec2<f32>(f32(i % p.width), f32(i / p.width)); }

// Four channels of a pixel; those past the last are read from anywhere and never stored.
fn load(at: u32) -> vec4<f32> {
  let area = p.height * p.width;
  return vec4<f32>(input[at], input[at + area], input[at + 2u * area], input[at + 3u * area]);
}
fn store(at: u32, count: u32, values: vec4<f32>) {
  let area = p.height * p.width;
  output[at] = values.x;
  if (count > 1u) { output[at + area] = values.y; }
  if (count > 2u) { output[at + 2u * area] = values.z; }
  if (count > 3u) { output[at + 3u * area] = values.w; }
}
@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let area = p.height * p.width;
  if (id.x >= area) { return; }
  let channel = id.y * 4u;
  let base = (id.z * p.channels + channel) * area;
  let block = (id.z * ((p.channels + 3u) / 4u) + id.y) * area;
  store(base + id.x, p.channels - channel, run(id.x, id.z, base, block));
}`;

const FORWARD = `
fn tap(s: vec2<f32>, q: vec2<f32>, base: u32, mask_base: u32) -> vec4<f32> {
  if (!(all(q >= vec2<f32>(0.0)) && q.x < f32(p.width) && q.y < f32(p.height))) {
    return vec4<f32>(0.0);
  }
  let at = u32(q.y) * p.width + u32(q.x);
  let factor = weight(s, q) * select(1.0, masks[mask_base + at], MASK_ON_SOURCE);
  if (factor == 0.0) { return vec4<f32>(0.0); }
  return factor * load(base + at);
}
fn sample(s: vec2<f32>, base: u32, mask_base: u32) -> vec4<f32> {
  if (NEAREST) { return tap(s, nearest(s), base, mask_base); }
  let q = floor(s);
  return tap(s, q, base, mask_base) + tap(s, q + vec2<f32>(1.0, 0.0), base, mask_base)
    + tap(s, q + vec2<f32>(0.0, 1.0), base, mask_base) + tap(s, q + 1.0, base, mask_base);
}
fn run(here: u32, picture: u32, base: u32, block: u32) -> vec4<f32> {
  var fused = vec4<f32>(select(0.0, LOWEST, MAX));
  var winner = vec4<u32>(0u);
  var count = 0.0;
  if (IDENTITY) { fused = load(base + here); count = 1.0; }
  for (var h = 0u; h < p.parts; h++) {
    let part = picture * p.parts + h;
    let mask_base = part * p.height * p.width;
    let map = map_of(part);
    let mask = select(masks[mask_base + here], 1.0, MASK_ON_SOURCE);
    var value = vec4<f32>(0.0);
    if (mask != 0.0) {
      value = mask * sample(map.linear * pixel(here) + map.offset, base, mask_base);
    }
    if (MAX) {
      let wins = value > fused;
      winner = select(winner, vec4<u32>(h + 1u), wins);
      fused = select(fused, value, wins);
    } else {
      fused += value;
      count += mask;
    }
  }
  if (MAX) {
    let digits = winner << vec4<u32>(0u, 6u, 12u, 18u);
    choice[block + here] = f32(digits.x | digits.y | digits.z | digits.w);
    return fused;
  }
  let share = select(1.0 / count, 0.0, count == 0.0);
  choice[block + here] = share;
  return share * fused;
}`;

const BACKWARD = `
// The part of the upstream gradient at target pixel \`at\` that went the given way.
fn upstream(way: u32, at: u32, base: u32, block: u32) -> vec4<f32> {
  let g = load(base + at);
  let chosen = choice[block + at];
  if (!MAX) { return chosen * g; }
  let winner = (vec4<u32>(u32(chosen)) >> vec4<u32>(0u, 6u, 12u, 18u)) & vec4<u32>(63u);
  return select(vec4<f32>(0.0), g, winner == vec4<u32>(way));
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
  return range(middle - half, middle + half, p.height);
}
fn columns(map: Map, s: vec2<f32>, y: u32) -> vec2<u32> {
  let start = map.linear[1] * f32(y) + map.offset - s;
  let slope = select(map.linear[0], vec2<f32>(1e-9), abs(map.linear[0]) < vec2<f32>(1e-9));
  let one = (-REACH - start) / slope;
  let other = (REACH - start) / slope;
  let low = min(one, other);
  let high = max(one, other);
  return range(max(low.x, low.y), min(high.x, high.y), p.width);
}
fn range(low: f32, high: f32, size: u32) -> vec2<u32> {
  return vec2<u32>(clamp(vec2<f32>(ceil(low), floor(high) + 1.0), vec2<f32>(0.0), vec2<f32>(f32(size))));
}
fn run(here: u32, picture: u32, base: u32, block: u32) -> vec4<f32> {
  let s = pixel(here);
  var gradient = vec4<f32>(0.0);
  if (IDENTITY) { gradient = upstream(0u, here, base, block); }
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
        let factor = weight(map.linear * pixel(at) + map.offset, s);
        if (factor != 0.0) {
          let mask = masks[mask_base + select(at, here, MASK_ON_SOURCE)];
          gradient += factor * mask * upstream(h + 1u, at, base, block);
        }
      }
    }
  }
  return gradient;
}`;

type Ways = [
  sampling: DeformOptions["sampling"],
  maskOn: DeformOptions["maskOn"],
  fusion: DeformOptions["fusion"],
  identity: boolean,
];

function flags(...[sampling, maskOn, fusion, identity]: Ways): string {
  return `
const NEAREST = ${sampling === "nearest"};
const MASK_ON_SOURCE = ${maskOn === "source"};
const MAX = ${fusion === "max"};
const IDENTITY = ${identity};
const LOWEST = -3.4e38;
const TIE = 2e-5;`;
}

const forwardKernel = variants((...ways: Ways) =>
  new Kernel({
    name: "deform",
    read: ["input", "maps", "masks"],
    write: ["output", "choice"],
    ...parameters,
    source: flags(...ways) + SHARED + FORWARD,
  })
);

const backwardKernel = variants((...ways: Ways) =>
  new Kernel({
    name: "deform_backward",
    read: ["input", "maps", "masks", "choice"],
    write: ["output"],
    ...parameters,
    source: flags(...ways) + SHARED + BACKWARD,
  })
);

/**
 * Features [N, C, H, W] moved part by part and fused, [N, C, H, W]. `maps` [N, R, 6] are
 * [a, b, c, d, e, f] in full-resolution pixels, xs = a x + b y + c, ys = d x + e y + f, from target to
 * source; `masks` [N, R, H, W] are the parts' regions at this level, 0 everywhere for a missing part,
 * which so adds zeros. The gradient flows to the features alone.
 * @throws TypeError, RangeError when shapes do not fit or there are more than 63 parts.
 */
export function deform(
  features: Tensor,
  maps: Tensor,
  masks: Tensor,
  { level, sampling, maskOn, fusion, identity }: DeformOptions,
): Tensor {
  const { batch, channels, height, width } = imageShape("deform", "features", features);
  const { channels: parts } = imageShape("deform", "masks", masks);
  assertShape("deform", "masks", masks, [batch, parts, height, width]);
  assertShape("deform", "maps", maps, [batch, parts, 6]);
  if (parts > MAXIMUM_PARTS) {
    throw new RangeError(
      `deform: masks [${masks.shape}] have ${parts} parts, at most ${MAXIMUM_PARTS}`,
    );
  }
  const { device, shape } = features;
  const blocks = Math.ceil(channels / 4);
  const scale = 2 ** level;
  const shift = sampling === "bilinear" ? (scale - 1) / 2 : 0;
  const values = { channels, height, width, parts, scale, shift };
  const groups = [Math.ceil(height * width / GROUP), blocks, batch] as const;
  const ways: Ways = [sampling, maskOn, fusion, identity];
  const choice = device.empty([batch, blocks, height, width]);
  const output = device.empty(shape);
  device.launch(
    forwardKernel(...ways),
    { input: features, maps, masks, output, choice },
    values,
    groups,
  );
  return differentiable(output, [features, (upstream) => {
    const gradient = device.empty(shape);
    device.launch(
      backwardKernel(...ways),
      { input: upstream, maps, masks, choice, output: gradient },
      values,
      groups,
    );
    return gradient;
  }]);
}
