/** Makes docs/dance.gif, a person who dances to a clip of a built-in figure: `deno run -A tests/repose/take_dance.ts`. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawFigure } from "../../data/figures/draw.ts";
import { sampleScene } from "../../data/figures/background.ts";
import { sampleIdentity } from "../../data/figures/identity.ts";
import type { FigurePose, LimbAngles } from "../../data/figures/pose.ts";
import { KeyedRandom } from "../../data/keyed_random.ts";
import { writeAnimation } from "../../data/pictures/animation.ts";
import { readPicture } from "../../data/pictures/image_file.ts";
import { contactSheet } from "../../data/pictures/sheet.ts";
import { crop, resize } from "../../data/pictures/picture.ts";
import type { Picture } from "../../data/types.ts";
import { readPoseTable } from "../../data/sets/pose_table.ts";
import { human } from "../../pose/skeleton.ts";
import { bundledModel, openStudio } from "../../repose/files/open_studio.ts";
import { largestOf } from "../../repose/people.ts";
import { paintSubject, subjectIn } from "../../repose/subject.ts";
import { fitPoses, steadyPoses } from "../../repose/target_poses.ts";
import { peopleFolder } from "../../web/build.ts";

const [SECONDS, FPS] = [20, 7];
/** Wide, so that spread arms do not make the figure small; its middle is shown. */
const CLIP = { width: 208, height: 256 };
const MIDDLE = { left: 40, top: 0, width: 128, height: 256 };
/** Seconds from one swing to the same side to the next. */
const BEAT = 2;

function dance(seconds: number): FigurePose {
  const swing = Math.sin(2 * Math.PI * seconds / BEAT), slow = Math.sin(Math.PI * seconds / BEAT);
  const arm = (side: number): LimbAngles => ({
    ...{
      swing: 0.3,
      spread: 0.9 + 0.45 * side * swing,
      twist: -1.4 * slow,
      bend: 1.5 + 0.4 * swing,
    },
  });
  const leg = (side: number): LimbAngles => {
    const lifted = Math.max(0, side * swing);
    return {
      swing: 0.25 * lifted,
      spread: 0.08 + 0.12 * lifted,
      twist: 0,
      bend: 0.05 + 0.5 * lifted,
    };
  };
  return {
    ...{ bow: 0.03, lean: 0.1 * swing, turn: 0.2 * slow, nod: 0.05, look: 0.2 * slow },
    arms: { right: arm(1), left: arm(-1) },
    legs: { right: leg(1), left: leg(-1) },
  };
}

function clip(): Picture[] {
  const random = new KeyedRandom(0, 4, 3);
  const scene = sampleScene(random), identity = sampleIdentity(random);
  const framing = { zoom: 0.86, across: 0.5, down: 0.75 };
  const view = { yaw: 0, elevation: 0.1 }, shift = { x: 0, y: 0 };
  return Array.from(
    { length: SECONDS * FPS },
    (_, i) =>
      drawFigure(identity, { pose: dance(i / FPS), view, framing, scene, shift }, CLIP).picture,
  );
}

using studio = await openStudio(bundledModel);
const { painter } = studio;
const { size } = studio.configuration;
const frames = clip();
const poses = [];
for (const picture of frames) {
  poses.push({ name: "clip", joints: largestOf(await studio.findPeople(picture)), size: CLIP });
}
const table = await readPoseTable(join(peopleFolder, "poses.csv"), human);
const photo = await readPicture(join(peopleFolder, table.names[0]));
const subject = subjectIn("person", photo, table.joints(0), size);
const fitted = fitPoses(steadyPoses("clip", poses, 1), size, subject.sample.joints);

async function* rows(): AsyncGenerator<Picture> {
  let i = 0;
  for await (const painted of paintSubject(painter, subject, fitted)) {
    const shown = resize(crop(frames[i++], MIDDLE), size);
    yield contactSheet([[shown, painted]], Math.max(1, Math.floor(256 / size.height)));
  }
}
await writeAnimation(fileURLToPath(new URL("../../docs/dance.gif", import.meta.url)), rows(), FPS);
