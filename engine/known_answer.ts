import { elementKernel } from "./kernel.ts";

/** y = 2 max(x, -8) + offset + i: arithmetic, a comparison, an index and both kinds of parameters. */
export const knownAnswerKernel = elementKernel({
  name: "known_answer",
  read: ["x"],
  write: ["y"],
  scalars: ["offset"],
  source: `fn element(i: u32) { y[i] = max(x[i], -8.0) * 2.0 + p.offset + f32(i); }`,
});
