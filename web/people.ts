/** Who is painted: drawn figures, or the person of a photo. */
import type { Picture, Sample } from "../data/types.ts";
import { sampleScene } from "../data/figures/background.ts";
import { drawFigure } from "../data/figures/draw.ts";
import { sampleIdentity } from "../data/figures/identity.ts";
import { KeyedRandom } from "../data/keyed_random.ts";
import { subjectIn } from "../repose/subject.ts";
import type { Joints, Size } from "../pose/types.ts";
import { standing, stream } from "./ready_poses.ts";

/** Somebody, as a model with the given frame sees them. */
export interface Person {
  readonly name: string;
  sample(frame: Size): Sample;
}

/** The built-in person of a number (0, 1, ...), who stands and looks at the camera. */
export function builtInPerson(number: number): Person {
  const name = `built-in person ${number + 1}`;
  return {
    name,
    sample(frame) {
      const random = new KeyedRandom(0, stream, number);
      const identity = sampleIdentity(random);
      const shot = {
        ...standing,
        view: { yaw: random.near(0, 0.3), elevation: 0.1 },
        framing: { zoom: 0.86, across: 0.5, down: 0.75 },
        scene: sampleScene(random),
        shift: { x: 0, y: 0 },
      };
      return { name, ...drawFigure(identity, shot, frame) };
    },
  };
}

/** The person of a photo, whose joints lie at `joints` in its pixels; the frame shows them closely. */
export function personInPhoto(name: string, photo: Picture, joints: Joints): Person {
  return { name, sample: (frame) => subjectIn(name, photo, joints, frame).sample };
}
