import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { storedFloat32 } from "../../../engine/safetensors.ts";
import { PersonDetector } from "../../../networks/centernet/detector.ts";
import { parseGraphWeights } from "../../../networks/formats/graph_weights.ts";
import { patternPicture } from "../../data/fixtures.ts";
import { device } from "../../op_check.ts";
import { syntheticModel } from "./synthetic_model.ts";

/**
 * A detector that says the same of each cell, whatever the picture: a person with a score of 3/4, whose box reaches
 * 16, 32, 48 and 64 pixels of the frame to the left, up, to the right and down.
 */
function constantDetector(): PersonDetector {
  const weights = new Map(parseGraphWeights(syntheticModel()));
  const head = "CenternetHead/centernet";
  for (const [kind, biases] of [["cls", Array(80).fill(Math.log(3))], ["wh", [1, 2, 3, 4]]]) {
    const name = `${head}_${kind}_output`;
    const { shape, data } = weights.get(`${name}/pointwise_weights`)!;
    const zeros = new Float32Array(data.length / 4);
    weights.set(`${name}/pointwise_weights`, storedFloat32(zeros, shape));
    weights.set(`${name}/biases`, storedFloat32(Float32Array.from(biases), [biases.length]));
  }
  return PersonDetector.from(device, weights);
}

Deno.test("detector: the box is in pixels of the picture, which lies in the middle of a square", async () => {
  const detector = constantDetector();
  const wide = await detector.detect(patternPicture(128, 64));
  assertAlmostEquals(wide.score, 0.75, 1e-6);
  // The first cell lies in the square's corner, half the missing height above the picture; its pixels are a quarter.
  const { score: _, ...box } = wide;
  assertEquals(box, { left: -4, top: -32 - 8, right: 12, bottom: -32 + 16 });
  const high = await detector.detect(patternPicture(256, 512));
  assertEquals([high.left, high.top, high.right, high.bottom], [-128 - 16, -32, -128 + 48, 64]);
});

Deno.test("detector: pictures that are asked for at once do not mix; a broken one is refused", async () => {
  const detector = PersonDetector.from(device, parseGraphWeights(syntheticModel()));
  const pictures = [1, 2, 3].map((seed) => patternPicture(40, 30 + seed, seed));
  const together = await Promise.all(pictures.map((picture) => detector.detect(picture)));
  for (const [i, picture] of pictures.entries()) {
    assertEquals(await detector.detect(picture), together[i]);
  }
  assertEquals(new Set(together.map(({ score }) => score)).size, pictures.length);
  await assertRejects(
    () => detector.detect({ ...pictures[0], width: 50 }),
    RangeError,
    "cropAndResize: words [930] must be [1163]",
  );
});
