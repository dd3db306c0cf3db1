/**
 * Runs ONNX models by onnxruntime-web, which examples/onnx/deno.json brings, for generator_test.ts: each NAME.onnx of a
 * folder with the inputs in NAME.in.safetensors; leaves NAME.out.safetensors.
 */
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-web";
import {
  float32,
  parseSafetensors,
  serializeSafetensors,
  storedFloat32,
} from "../../engine/safetensors.ts";

const [folder] = Deno.args;
for (const { name: file } of Deno.readDirSync(folder)) {
  if (!file.endsWith(".onnx")) continue;
  const name = join(folder, file.slice(0, -".onnx".length));
  const { tensors } = parseSafetensors(Deno.readFileSync(`${name}.in.safetensors`));
  const inputs = [...tensors].map(([input, stored]) =>
    [input, new Tensor("float32", float32(stored), stored.shape)] as const
  );
  const session = await InferenceSession.create(Deno.readFileSync(`${name}.onnx`));
  const outputs = await session.run(Object.fromEntries(inputs));
  const stored = Object.entries(outputs).map(([output, { data, dims }]) =>
    [output, storedFloat32(data as Float32Array, dims)] as const
  );
  Deno.writeFileSync(`${name}.out.safetensors`, serializeSafetensors(new Map(stored)));
  await session.release();
}
