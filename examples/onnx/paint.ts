/**
 * Paints somebody of examples/people in the pose of another, by onnxruntime-web:
 * deno run -A examples/onnx/paint.ts people.onnx 1.png 2.png out.png
 */
import process from "node:process";
import { readFileSync, writeFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { PNG } from "pngjs";

const [model, person, other, out] = process.argv.slice(2);
const people = new URL("../people/", import.meta.url);
const [width, height, area] = [128, 256, 128 * 256]; // the model's size, and the pictures'

// The picture: RGB from -1 to 1, channel by channel.
const { data: bytes } = PNG.sync.read(readFileSync(new URL(person, people)));
const source = Float32Array.from(
  { length: 3 * area },
  (_, i) => bytes[4 * (i % area) + Math.floor(i / area)] / 127.5 - 1,
);

// The joints: x, y, pixel centres at whole numbers; -1, -1 stays what it is: not seen.
const poses = readFileSync(new URL("poses.csv", people), "utf8").split("\n");
function jointsOf(name: string): Tensor {
  const [, ...lists] = poses.find((line) => line.startsWith(name))!.split(": ");
  const [ys, xs] = lists.map((text) => JSON.parse(text) as number[]);
  return new Tensor("float32", xs.flatMap((x, i) => [x, ys[i]]), [1, xs.length, 2]);
}

const session = await InferenceSession.create(readFileSync(model));
const { picture } = await session.run({
  source: new Tensor("float32", source, [1, 3, height, width]),
  source_joints: jointsOf(person),
  target_joints: jointsOf(other),
});
const painted = new PNG({ width, height });
painted.data.fill(255);
for (const [i, value] of (picture.data as Float32Array).entries()) {
  painted.data[4 * (i % area) + Math.floor(i / area)] = Math.round((value + 1) * 127.5);
}
writeFileSync(out, PNG.sync.write(painted));
