/**
 * Sums by a team: a workgroup that has its values to itself. Each thread adds up every `TEAM`th of them, so that
 * neighbours read neighbours; then sixteen threads add up sixteen threads' sums each, and all add up what those have,
 * always in the same order. A GPU's teams have 256 threads, as its rows are long and its groups few; a software driver's
 * 16, the lanes of a vector, so that none waits for another.
 */
import { lines, range } from "./wgsl.ts";

/** Shares that a thread adds up at a time. */
const HANDFUL = 16;

/** WGSL: `TEAM`, the threads, and `team_sum`, which all of them must call, for two sums at once. */
export function teamSum(team: 16 | 256): string {
  const others = range(HANDFUL).slice(1);
  const gather = `if (member < ${HANDFUL}u) {
    ${lines(others, (k) => `share += shares[member + ${HANDFUL * k}u];`)}
    shares[member] = share;
  }
  workgroupBarrier();`;
  return `
const TEAM = ${team}u;
var<workgroup> shares: array<vec2<f32>, ${team}>;
fn team_sum(member: u32, own: vec2<f32>) -> vec2<f32> {
  var share = own;
  shares[member] = share;
  workgroupBarrier();
  ${team > HANDFUL ? gather : ""}
  var sum = shares[0];
  ${lines(others, (k) => `sum += shares[${k}];`)}
  workgroupBarrier(); // before the shares of the next sum
  return sum;
}
`;
}
