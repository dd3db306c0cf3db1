/**
 * TensorFlow.js on its WebGPU backend, eager. Its step does less than Repose's: tfjs_model.ts tells what the
 * networks leave out, and plain L1 x 100 stands in for the nearest-neighbour loss.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type Contestant, serve, type Task } from "../contestant.ts";
import type { Layer, Pass } from "../layers.ts";
import type { HostTensor, Workload } from "../workload.ts";
import { type Image, type Inputs, Model } from "./tfjs_model.ts";

function image({ shape, data }: HostTensor, batch = shape[0]): Image {
  const values = data.subarray(0, data.length / shape[0] * batch);
  const nchw = tf.tensor(values, [batch, ...shape.slice(1)]);
  return nchw.transpose([0, 2, 3, 1]);
}

/** The networks' part of a training step of the paper, with an optimiser for each. */
function trainingStep(model: Model, inputs: Inputs): () => void {
  const variables = (network: string) =>
    [...model.weights].filter(([name]) => name.startsWith(network)).map(([, value]) => value);
  const [forGenerator, forDiscriminator] = ["generator", "discriminator"].map((network) => {
    const adam = tf.train.adam(2e-4, 0.5, 0.999, 1e-8);
    return (loss: () => tf.Scalar) => adam.minimize(loss, false, variables(network));
  });
  const crossEntropy = (logits: Image, label: 0 | 1) =>
    tf.losses.sigmoidCrossEntropy(label ? tf.onesLike(logits) : tf.zerosLike(logits), logits)
      .asScalar();
  return () =>
    tf.tidy(() => {
      const fake = model.generator(inputs);
      forDiscriminator(() =>
        tf.add(
          crossEntropy(model.discriminator(inputs.target, inputs), 1),
          crossEntropy(model.discriminator(fake, inputs), 0),
        )
      );
      forGenerator(() => {
        const fake = model.generator(inputs);
        const reconstruction = tf.mean(tf.abs(tf.sub(fake, inputs.target))).mul(100);
        return tf.add(crossEntropy(model.discriminator(fake, inputs), 1), reconstruction);
      });
    });
}

function layerPass(layer: Layer, pass: Pass): () => void {
  const { stride, padding, transposed } = layer;
  const random = (...shape: [number, number, number, number]): Image => tf.randomNormal(shape);
  const [x, y] = [layer.input, layer.output].map(([n, c, h, w]) => random(n, h, w, c));
  const [first, second, height, width] = layer.weight;
  const weight = random(height, width, second, first);
  const down = (from: Image) => tf.conv2d(from, weight, stride, padding);
  const up = (from: Image, to: Image) =>
    tf.conv2dTranspose(from, weight, to.shape, stride, padding);
  const weightGradient = (large: Image, small: Image) =>
    tf.engine().runKernel("Conv2DBackpropFilter", { x: large, dy: small }, {
      strides: stride,
      pad: padding,
      dataFormat: "NHWC",
      filterShape: weight.shape,
    });
  const launch = {
    forward: () => transposed ? up(x, y) : down(x),
    input: () => transposed ? down(y) : up(y, x),
    weight: () => transposed ? weightGradient(y, x) : weightGradient(x, y),
  }[pass];
  return () => tf.tidy(() => void launch());
}

async function open(workload: Workload): Promise<Contestant> {
  await tf.setBackend("webgpu");
  await tf.ready();
  const backend = tf.backend() as WebGPUBackend;
  const marker = tf.randomNormal([4096]); // tfjs computes much smaller ones on the CPU
  const model = new Model(workload);
  const inputsOf = (batch?: number): Inputs => ({
    source: image(workload.get("source")!, batch),
    target: image(workload.get("target")!, batch),
    sourceHeat: image(workload.get("source_heat")!, batch),
    targetHeat: image(workload.get("target_heat")!, batch),
  });
  return {
    device: backend.device.adapterInfo.description,
    version: `@tensorflow/tfjs-backend-webgpu ${tf.version_core}`,
    prepare(task: Task) {
      if (task.kind === "layer") return layerPass(task.layer, task.pass);
      const inputs = inputsOf(task.batch);
      if (task.kind === "step") return trainingStep(model, inputs);
      return () => tf.tidy(() => void model.generator(inputs));
    },
    async finish() {
      // Commands run in order, so the last one's result comes after all others.
      const last = marker.relu();
      await last.data();
      last.dispose();
    },
    async outputs() {
      const inputs = inputsOf();
      const painted = model.generator(inputs);
      const logits = model.discriminator(painted, inputs);
      const flat = [painted, logits].map((nhwc) => nhwc.transpose([0, 3, 1, 2]).flatten());
      return new Float32Array(await tf.concat(flat).data());
    },
  };
}

await serve(open);
