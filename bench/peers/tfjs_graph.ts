/** Published graph models as TensorFlow.js runs them, on the WebGPU backend. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import type { GraphFiles } from "../../networks/formats/graph_weights.ts";

/** Opens the backend and uploads a model. */
export async function openGraph({ model, weights }: GraphFiles): Promise<tf.GraphModel> {
  await tf.setBackend("webgpu");
  await tf.ready();
  const { modelTopology, weightsManifest, signature } = JSON.parse(model);
  return await tf.loadGraphModel(tf.io.fromMemory({
    modelTopology,
    weightSpecs: weightsManifest[0].weights,
    weightData: weights.slice().buffer,
    signature,
  }));
}
