import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { inceptionScore } from "../../evaluate/inception_score.ts";
import { assertClose } from "../op_check.ts";
import { referenceValues } from "../reference/networks.ts";
import { madeUpRows } from "../networks/made_up.ts";

Deno.test("inceptionScore: mean and deviation over parts, as by NumPy", () => {
  const probabilities = madeUpRows("classes", 103, 20).map((row) => {
    const shares = row.map((value) => Math.exp(3 * value));
    const total = shares.reduce((sum, share) => sum + share);
    return Float32Array.from(shares, (share) => share / total);
  });
  const { mean, deviation } = inceptionScore(probabilities);
  assertClose([mean, deviation], referenceValues("inception_score"), 1e-6, "score");
});

Deno.test("inceptionScore: 1 where all look alike, the number of classes where each is sure", () => {
  const alike = Array<Float32Array>(20).fill(Float32Array.of(0.5, 0.25, 0.25));
  assertEquals(inceptionScore(alike), { mean: 1, deviation: 0 });
  const sure = Array.from({ length: 30 }, (_, i) => new Float32Array(3).fill(1, i % 3, i % 3 + 1));
  assertAlmostEquals(inceptionScore(sure).mean, 3, 1e-9);
});

Deno.test("inceptionScore: fewer pictures than parts are refused", () => {
  assertThrows(
    () => inceptionScore(Array<Float32Array>(9).fill(Float32Array.of(1))),
    RangeError,
    "inceptionScore: 9 pictures cannot be dealt to 10 parts",
  );
});
