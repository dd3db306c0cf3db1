import { human } from "../../pose/skeleton.ts";
import type { Size } from "../../pose/types.ts";
import type { Dataset, Pair, Sample, Split } from "../types.ts";
import { sampleScene, type Scene } from "./background.ts";
import { drawFigure, type Shot } from "./draw.ts";
import { type Identity, sampleIdentity } from "./identity.ts";
import { samplePose } from "./pose.ts";
import { KeyedRandom } from "../keyed_random.ts";

/** How many people and pairs there are, and which random streams draw them: no stream is shared. */
const splits = {
  train: { identities: 10_000, pairs: 1_000_000, people: 0, shots: 1 },
  test: { identities: 500, pairs: 2_000, people: 2, shots: 3 },
};

/**
 * The built-in dataset: clothed figures, drawn afresh for each pair from `seed`, each in two poses
 * seen from any side. Nobody is in both splits. Both pictures of a pair are taken at the same place
 * with the camera moved a little, so what is behind the figure can be learned from the source, and
 * a score tells how well the figure is re-posed, not how well an unseen place is guessed.
 *
 * `size` is at least 16 on each side, of any aspect.
 * @throws RangeError for another one, or for a
 * `seed` that is not a safe integer.
 */
export function figures({ size, seed }: { size: Size; seed: number }): Dataset {
  if (![size.width, size.height].every((side) => Number.isInteger(side) && side >= 16)) {
    throw new RangeError(
      `figures: size must be whole pixels, at least 16x16, not ${size.width}x${size.height}`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`figures: seed must be a whole number, not ${seed}`);
  }
  return {
    size,
    skeleton: human,
    pairCount: (split) => splits[split].pairs,
    pair: (split, index) => new Promise((resolve) => resolve(drawPair(size, seed, split, index))),
  };
}

/** The person in both pictures of a pair; people come back every so many pairs. */
export function personOf(seed: number, split: Split, index: number): Identity {
  const { identities, people } = splits[split];
  return sampleIdentity(new KeyedRandom(seed, people, index % identities));
}

function drawPair(size: Size, seed: number, split: Split, index: number): Pair {
  const { pairs, shots } = splits[split];
  if (!Number.isInteger(index) || index < 0 || index >= pairs) {
    throw new RangeError(`figures: ${split} pairs are numbered 0 to ${pairs - 1}, not ${index}`);
  }
  const identity = personOf(seed, split, index);
  const random = new KeyedRandom(seed, shots, index);
  const scene = sampleScene(random);
  const sample = (role: string): Sample => ({
    name: `${split}-${index}-${role}`,
    ...drawFigure(identity, sampleShot(random, scene), size),
  });
  return { source: sample("source"), target: sample("target") };
}

function sampleShot(random: KeyedRandom, scene: Scene): Shot {
  return {
    pose: samplePose(random),
    view: { yaw: random.near(0, Math.PI), elevation: random.between(0, 0.25) },
    framing: {
      zoom: random.between(0.82, 0.9),
      across: random.between(0.3, 0.7),
      down: random.between(0.5, 0.9),
    },
    scene,
    shift: { x: random.near(0, 0.03), y: random.near(0, 0.02) },
  };
}
