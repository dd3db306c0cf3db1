/**
 * jax-js on WebGPU, everything under `jit`. Its step does less than Repose's: jaxjs_model.ts tells what the
 * networks leave out, and plain L1 x 100 stands in for the nearest-neighbour loss. Adam is written out, as
 * optax has it.
 */
import * as jax from "@jax-js/jax";
import { blockUntilReady, grad, jit, nn, numpy as np, tree, vjp } from "@jax-js/jax";
import { type Contestant, serve, type Task } from "../contestant.ts";
import type { Layer, Pass } from "../layers.ts";
import { BATCH, type Workload } from "../workload.ts";
import { conv, convTranspose, discriminator, generator, type Tree } from "./jaxjs_model.ts";

/** Mean cross entropy of sigmoid(logits) with a label. */
function crossEntropy(logits: jax.Array, label: 0 | 1): jax.Array {
  return nn.softplus(label ? logits.neg() : logits).mean();
}

/** Parameters of a network with the moments of Adam. */
type State = { parameters: Tree; first: Tree; second: Tree };

/** Adam at 2e-4 with betas 0.5 and 0.999; takes the gradients. */
function adam({ parameters, first, second }: State, gradients: Tree, t: jax.Array): State {
  const [beta1, beta2] = [0.5, 0.999];
  const next: State = { parameters: {}, first: {}, second: {} };
  const [unbias1, unbias2] = [beta1, beta2].map((beta) => np.subtract(1, np.power(beta, t.ref)));
  for (const [name, gradient] of Object.entries(gradients)) {
    const m = first[name].ref.mul(beta1).add(gradient.ref.mul(1 - beta1));
    const v = second[name].ref.mul(beta2).add(np.square(gradient).mul(1 - beta2));
    const step = m.ref.div(unbias1.ref).div(np.sqrt(v.ref.div(unbias2.ref)).add(1e-8));
    next.parameters[name] = parameters[name].ref.sub(step.mul(2e-4));
    next.first[name] = m;
    next.second[name] = v;
  }
  tree.dispose([unbias1, unbias2]);
  return next;
}

const paint = jit((w: Tree, inputs: Tree) => {
  const painted = generator(w, inputs);
  tree.dispose([w, inputs]);
  return painted;
});

const judge = jit((w: Tree, image: jax.Array, inputs: Tree) => {
  const logits = discriminator(w, image, inputs);
  tree.dispose([w, inputs]);
  return logits;
});

const discriminatorStep = jit((state: State, fake: jax.Array, inputs: Tree, t: jax.Array) => {
  const gradients = grad((w: Tree) => {
    const real = discriminator(w, inputs.target.ref, inputs);
    const loss = crossEntropy(real, 1)
      .add(crossEntropy(discriminator(w, fake.ref, inputs), 0));
    tree.dispose(w);
    return loss;
  })(tree.ref(state.parameters));
  const next = adam(state, gradients as Tree, t);
  tree.dispose([state, fake, inputs, t]);
  return next;
});

const generatorStep = jit((state: State, judge: Tree, inputs: Tree, t: jax.Array) => {
  const gradients = grad((w: Tree) => {
    const fake = generator(w, inputs);
    const distance = np.abs(fake.ref.sub(inputs.target.ref)).mean().mul(100);
    const loss = crossEntropy(discriminator(judge, fake, inputs), 1).add(distance);
    tree.dispose(w);
    return loss;
  })(tree.ref(state.parameters));
  const next = adam(state, gradients as Tree, t);
  tree.dispose([state, judge, inputs, t]);
  return next;
});

function initialState(parameters: Tree): State {
  const zeros = () => tree.map((x: jax.Array) => np.zerosLike(x.ref), parameters) as Tree;
  return { parameters: tree.ref(parameters), first: zeros(), second: zeros() };
}

function layerPass({ transposed, stride, padding, ...shapes }: Layer, pass: Pass): () => jax.Array {
  const [x, weight, upstream] = [shapes.input, shapes.weight, shapes.output]
    .map((shape) => jax.random.normal(jax.random.key(0), [...shape]));
  const apply = transposed ? convTranspose : conv;
  const gradientOf = (forward: (v: jax.Array) => jax.Array, at: jax.Array, g: jax.Array) => {
    const [y, pullback] = vjp(forward, [at]);
    y.dispose();
    const [gradient] = pullback(g);
    pullback.dispose();
    return gradient;
  };
  const launch = jit((x: jax.Array, weight: jax.Array, g: jax.Array) => {
    if (pass === "input") return gradientOf((x) => apply(x, weight, stride, padding), x, g);
    if (pass === "weight") {
      return gradientOf((weight) => apply(x, weight, stride, padding), weight, g);
    }
    g.dispose();
    return apply(x, weight, stride, padding);
  });
  return () => launch(x.ref, weight.ref, upstream.ref);
}

/** The networks' part of a training step of the paper; gives an array that depends on all of it. */
function trainingStep(weights: Tree, inputs: Tree): () => jax.Array {
  const part = (network: string) =>
    Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith(network)));
  let painter = initialState(part("generator."));
  let critic = initialState(part("discriminator."));
  let t = 0;
  return () => {
    t++;
    const fake = paint(tree.ref(painter.parameters), tree.ref(inputs));
    critic = discriminatorStep(critic, fake, tree.ref(inputs), t);
    painter = generatorStep(painter, tree.ref(critic.parameters), tree.ref(inputs), t);
    return painter.parameters["generator.decoder.0.weight"].ref;
  };
}

async function open(workload: Workload): Promise<Contestant> {
  await jax.init("webgpu");
  jax.defaultDevice("webgpu");
  const upload = (pattern: RegExp, batch = 0): Tree =>
    Object.fromEntries(
      [...workload].filter(([name]) => pattern.test(name)).map(([name, { shape, data }]) => {
        const first = batch || shape[0];
        const values = data.slice(0, data.length / shape[0] * first);
        return [name, np.array(values, { shape: [first, ...shape.slice(1)] })];
      }),
    );
  const weights = upload(/^(generator|discriminator)/);
  const inputsOf = (batch: number) => upload(/^(source|target)/, batch);
  // A result that is freed before it is waited for is never computed.
  let results: jax.Array[] = [];
  const prepare = (task: Task): () => jax.Array => {
    if (task.kind === "layer") return layerPass(task.layer, task.pass);
    const inputs = inputsOf(task.batch);
    if (task.kind === "step") return trainingStep(weights, inputs);
    return () => paint(tree.ref(weights), tree.ref(inputs));
  };
  return {
    device: jax.getWebGPUDevice().adapterInfo.description,
    version: "@jax-js/jax 0.1.25",
    prepare(task) {
      const launch = prepare(task);
      return () => void results.push(launch());
    },
    async finish() {
      await blockUntilReady(results);
      tree.dispose(results);
      results = [];
    },
    async outputs() {
      const inputs = inputsOf(BATCH);
      const painted = paint(tree.ref(weights), tree.ref(inputs));
      const logits = judge(tree.ref(weights), painted.ref, inputs);
      const values = [await painted.data(), await logits.data()];
      return new Float32Array(values.flatMap((part) => [...part]));
    },
  };
}

await serve(open);
