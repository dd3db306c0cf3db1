/**
 * Instance normalisation (Ulyanov et al., 2016), with learnt weight and bias. Each run, a channel of a picture, has its
 * own mean and biased variance over H x W:
 *
 *   xn = (x - mean) / deviation, deviation = sqrt(variance + 1e-5),   y = weight xn + bias
 *   dx = weight / deviation (g - mean(g) - xn mean(g xn))
 *   dweight = sum of g xn, dbias = sum of g, over pictures, rows and columns
 *
 * One launch each way: a team (team.ts) reads its run again and again, which caches hold. The mean is that of the
 * distances from the run's first value, so that one that is large against the deviation costs no digits; squares are
 * those of the distances from the mean, as both in one pass made gradients of deep layers wrong by a thousandth.
 * Layouts: x, y [N, C, H, W]; mean, variance [N, C]. Grids: x = channels, y = pictures; backward x = channels alone, as
 * a team adds up its channel's gradients over the pictures.
 */
import { Kernel, variants } from "../engine/kernel.ts";
import { differentiable, once } from "../engine/tape.ts";
import { assertShape, imageShape, type Tensor } from "../engine/tensor.ts";
import { teamSum } from "./team.ts";
import { type Tuning, tuningOf } from "./tuning.ts";

const DEVIATION = "sqrt(variance + 1e-5)";

/** What a kernel begins with: its team, whose channel is `group.x`. */
const main = (team: Tuning["team"]) =>
  `${teamSum(team)}
@compute @workgroup_size(${team}) fn main(
  @builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) member: u32) {`;

const forwardKernel = variants(({ team }: { team: Tuning["team"] }) =>
  new Kernel({
    name: "instanceNorm",
    read: ["x", "weight", "bias"],
    write: ["y", "means", "variances"],
    sizes: ["channels", "length"],
    source: `${main(team)}
  let run = group.y * p.channels + group.x;
  let start = run * p.length;
  let end = start + p.length;
  let first = x[start];
  var total = 0.0;
  for (var i = start + member; i < end; i += TEAM) { total += x[i] - first; }
  let mean = first + team_sum(member, vec2<f32>(total, 0.0)).x / f32(p.length);
  var squares = 0.0;
  for (var i = start + member; i < end; i += TEAM) {
    let distance = x[i] - mean;
    squares += distance * distance;
  }
  let variance = team_sum(member, vec2<f32>(squares, 0.0)).x / f32(p.length);
  if (member == 0u) {
    means[run] = mean;
    variances[run] = variance;
  }
  let factor = weight[group.x] / ${DEVIATION};
  let shift = bias[group.x];
  for (var i = start + member; i < end; i += TEAM) { y[i] = factor * (x[i] - mean) + shift; }
}`,
  })
);

const backwardKernel = variants(({ team }: { team: Tuning["team"] }) =>
  new Kernel({
    name: "instanceNorm_backward",
    read: ["x", "means", "variances", "g", "weight"],
    write: ["dx", "dweight", "dbias"],
    sizes: ["pictures", "channels", "length"],
    source: `${main(team)}
  var over_pictures = vec2<f32>(0.0);
  for (var n = 0u; n < p.pictures; n++) {
    let run = n * p.channels + group.x;
    let start = run * p.length;
    let end = start + p.length;
    let mean = means[run];
    let variance = variances[run];
    let deviation = ${DEVIATION};
    var share = vec2<f32>(0.0);
    for (var i = start + member; i < end; i += TEAM) { share += g[i] * vec2<f32>(1.0, x[i] - mean); }
    let sums = team_sum(member, share) / vec2<f32>(1.0, deviation);
    over_pictures += sums;
    let factor = weight[group.x] / deviation;
    let mean_g = sums.x / f32(p.length);
    let slope = sums.y / (deviation * f32(p.length));
    for (var i = start + member; i < end; i += TEAM) {
      dx[i] = factor * (g[i] - mean_g - slope * (x[i] - mean));
    }
  }
  if (member == 0u) {
    dbias[group.x] = over_pictures.x;
    dweight[group.x] = over_pictures.y;
  }
}`,
  })
);

/**
 * Normalises each channel of each picture of x [N, C, H, W] with weight [C] and bias [C].
 * @throws TypeError when x has not four axes; RangeError when weight or bias is not [C].
 */
export function instanceNorm(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const { batch, channels, height, width } = imageShape("instanceNorm", "x", x);
  assertShape("instanceNorm", "weight", weight, [channels]);
  assertShape("instanceNorm", "bias", bias, [channels]);
  const { device } = x;
  const team = { team: tuningOf(device).team };
  const sizes = { channels, length: height * width };
  const runs = [batch, channels];
  const y = device.empty(x.shape);
  const [means, variances] = [device.empty(runs), device.empty(runs)];
  device.launch(forwardKernel(team), { x, weight, bias, y, means, variances }, sizes, [
    channels,
    batch,
    1,
  ]);

  const backward = once((g: Tensor) => {
    const [dx, dweight, dbias] = [x, weight, bias].map(({ shape }) => device.empty(shape));
    const bindings = { x, means, variances, g, weight, dx, dweight, dbias };
    device.launch(backwardKernel(team), bindings, { pictures: batch, ...sizes }, [channels, 1, 1]);
    return { dx, dweight, dbias };
  });
  return differentiable(
    y,
    [x, (g) => backward(g).dx],
    [weight, (g) => backward(g).dweight],
    [bias, (g) => backward(g).dbias],
  );
}
