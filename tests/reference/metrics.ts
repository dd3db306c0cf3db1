/**
 * Makes tests/evaluate/reference.json by metrics.py beside this file:
 * `deno run -A tests/reference/metrics.ts [PYTHON]`. Needs `humanPairs` and `vggFile`.
 */
import { join } from "node:path";
import type { Pair, Sample } from "../../data/types.ts";
import { writePicture } from "../../data/pictures/image_file.ts";
import {
  figurePairs,
  humanPairs,
  reference,
  type Values,
  VGG_PAIRS,
  vggFile,
} from "../evaluate/pairs.ts";

const [python = "python3"] = Deno.args;
const script = new URL("metrics.py", import.meta.url).pathname;

/**
 * @param file gives the path of a sample's picture
 * @param vgg weights, for the first pairs
 */
async function compute(
  pairs: readonly Pair[],
  file: (sample: Sample) => string,
  vgg: string | null = null,
): Promise<Values[]> {
  const joints = (sample: Sample) => sample.joints.map((point) => point && [point.x, point.y]);
  const input = pairs.map(({ source, target }, i) => ({
    painted: file(source),
    target: file(target),
    paintedJoints: joints(source),
    targetJoints: joints(target),
    vgg: i < VGG_PAIRS ? vgg : null,
  }));
  const process = new Deno.Command(python, { args: [script], stdin: "piped", stdout: "piped" })
    .spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(input)));
  await writer.close();
  const { success, stdout } = await process.output();
  if (!success) throw new Error(`${script} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const people = await humanPairs();
if (!people) throw new Error("the pictures of people are not here");
const drawn = await figurePairs();
const folder = await Deno.makeTempDir();
const drawnFile = ({ name, picture: { width, height } }: Sample) =>
  join(folder, `${name}-${width}x${height}.png`);
for (const sample of drawn.flatMap(({ source, target }) => [source, target])) {
  await writePicture(drawnFile(sample), sample.picture);
}
const values = {
  made: "tests/reference/metrics.py with scikit-image 0.19.3",
  humans: await compute(people, ({ name }) => name, vggFile()),
  figures: await compute(drawn, drawnFile),
};
await Deno.remove(folder, { recursive: true });
await Deno.writeTextFile(reference, JSON.stringify(values, null, 2) + "\n");
