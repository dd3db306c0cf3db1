/**
 * Binary cross entropy of logits x, stable at any magnitude: with D = sigmoid(x),
 *   label 1: mean -log D = mean softplus(-x)        label 0: mean -log(1 - D) = mean softplus(x)
 * The authors' code ends D in a sigmoid and takes -log(D + 1e-7) instead. Where D stays above 1e-3
 * the two differ by less than 1e-4, and near 0 theirs loses its gradient; so both styles use this.
 * Grids: one team (team.ts), as logits are few; backward `elementGroups`.
 */
import { elementGroups, elementKernel, Kernel, variants } from "../engine/kernel.ts";
import { differentiable } from "../engine/tape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { unaryOps } from "./elementwise.ts";
import { teamSum } from "./team.ts";
import { type Tuning, tuningOf } from "./tuning.ts";

/** WGSL: 1 where value i has label 0, -1 where it has label 1; bit k of `p.labels` is the label of the k-th share. */
const SIGN =
  `fn sign_of(i: u32) -> f32 { return 1.0 - 2.0 * f32((p.labels >> (i / p.share)) & 1u); }`;

const forwardKernel = variants(({ team }: Pick<Tuning, "team">) =>
  new Kernel({
    name: "bce_with_logits",
    read: ["logits"],
    write: ["loss"],
    sizes: ["count", "share", "labels"],
    source: `${SIGN}${teamSum(team)}
@compute @workgroup_size(${team}) fn main(@builtin(local_invocation_index) member: u32) {
  var total = 0.0;
  for (var i = member; i < p.count; i += TEAM) {
    let x = sign_of(i) * logits[i];
    total += ${unaryOps.softplus.value};
  }
  let sum = team_sum(member, vec2<f32>(total, 0.0)).x;
  if (member == 0u) { loss[0] = sum / f32(p.share); }
}`,
  })
);

const backwardKernel = elementKernel({
  name: "bce_with_logits_backward",
  read: ["logits", "upstream"],
  write: ["gradient"],
  sizes: ["share", "labels"],
  source: `${SIGN}
fn element(i: u32) {
  let g = sign_of(i) * upstream[0] / f32(p.share);
  let x = sign_of(i) * logits[i];
  gradient[i] = ${unaryOps.softplus.gradient};
}`,
});

/**
 * Mean binary cross entropy of the discriminator's logits (any shape) with one label for all, or with a label for each
 * of equal shares of the pictures, in order, whose means are added up; [1].
 * @throws RangeError when the pictures cannot be shared evenly.
 */
export function bceWithLogits(logits: Tensor, ...labels: readonly (0 | 1)[]): Tensor {
  const { device, shape, size } = logits;
  if (labels.length === 0 || shape[0] % labels.length !== 0) {
    throw new RangeError(
      `bceWithLogits: the pictures of logits [${shape}] cannot be shared among ${labels.length} labels`,
    );
  }
  const parameters = {
    count: size,
    share: size / labels.length,
    labels: labels.reduce<number>((bits, label, k) => bits + label * 2 ** k, 0),
  };
  const loss = device.empty([1]);
  const kernel = forwardKernel({ team: tuningOf(device).team });
  device.launch(kernel, { logits, loss }, parameters, [1, 1, 1]);
  return differentiable(loss, [logits, (upstream) => {
    const gradient = device.empty(shape);
    const bindings = { logits, upstream, gradient };
    device.launch(backwardKernel, bindings, parameters, elementGroups(size));
    return gradient;
  }]);
}
