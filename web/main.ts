/// <reference lib="dom" />
/** The page: a person, a pose, and the person painted in the pose. */
import type { Picture } from "../data/types.ts";
import { parseCheckpoint } from "../model/checkpoint.ts";
import { modelConfiguration } from "../model/configuration.ts";
import { parseJson } from "../pose/formats/pose_json.ts";
import type { Joints, Size } from "../pose/types.ts";
import { crowdNote, largestOf } from "../repose/people.ts";
import {
  fitPoses,
  posesInDocument,
  requireAnchors,
  steadyPoses,
  USUAL_FPS,
} from "../repose/target_poses.ts";
import { onArrival } from "./arrivals.ts";
import { saveGif, savePicture, savePose, saveSheet } from "./downloads.ts";
import { button, canvas, element, input, onFile } from "./elements.ts";
import { bundledCheckpoint, hasEstimator } from "./files.ts";
import { builtInPeople } from "./people.ts";
import { PersonPanel } from "./person_panel.ts";
import { readPhoto, showPicture } from "./pictures.ts";
import { PosePanel } from "./pose_panel.ts";
import { sentenceOf } from "./sentences.ts";
import { Session } from "./session.ts";
import { clearNotice, notify } from "./status.ts";

let frame = modelConfiguration({ preset: "market" }).size;
let painted: Picture | null = null;
const saveButtons = ["save-picture", "save-sheet", "save-gif"].map(button);

const session = new Session(() => ({ sample: person.sample, joints: pose.joints }), {
  onModel({ configuration: { size, width }, device }, name) {
    if (size.width !== frame.width || size.height !== frame.height) reframe(size);
    repaint();
    element("model", HTMLElement).textContent =
      `${name} paints ${size.width} × ${size.height} pixels, shown enlarged; ${width} channels wide, on ${device.name}.`;
  },
  onPicture(picture, milliseconds) {
    painted = picture;
    for (const save of saveButtons) save.disabled = false;
    for (const id of ["painted", "ghost"]) showPicture(canvas(id), picture);
    element("timing", HTMLElement).textContent = `${Math.round(milliseconds)} ms`;
  },
  onStop() {
    for (const save of saveButtons) save.disabled = true;
  },
});

function repaint(): void {
  clearNotice();
  session.repaint();
}

const person = new PersonPanel(await builtInPeople(), frame, {
  onChange: () => pose.refit(),
  onNote: notify,
});
const pose = new PosePanel(frame, fit, { onChange: repaint, onRefusal: notify });
setAspect(frame);
session.open(bundledCheckpoint);

element("pose-photo-label", HTMLElement).hidden = !hasEstimator();
onFile("photo", attempt(usePhoto));
onFile("pose-photo", attempt(usePoseOfPhoto));
onFile("pose-file", attempt(usePoseFile));
onFile("checkpoint", attempt(useCheckpoint));
input("proportions").addEventListener("change", () => pose.refit());
onArrival(attempt((file) => {
  if (/\.safetensors$/i.test(file.name)) return useCheckpoint(file);
  return /\.json$/i.test(file.name) ? usePoseFile(file) : usePhoto(file);
}));

button("save-picture").addEventListener("click", attempt(() => savePicture(painted!)));
button("save-sheet").addEventListener(
  "click",
  attempt(() => saveSheet(person.sample.picture, pose.joints, painted!)),
);
button("save-gif").addEventListener("click", attempt(saveMovement));
button("save-pose").addEventListener("click", () => savePose(pose.joints));

/** Poses of a picture or a movement in the frame, with the person's proportions where that is ticked. */
function fit(poses: readonly Joints[], size: Size | null = null): Joints[] {
  const placed = poses.map((joints) => ({ joints, size }));
  return fitPoses(placed, frame, input("proportions").checked ? person.sample.joints : null);
}

/** What is done when something is pressed; where it fails, the page says why and stays as it was. */
function attempt<T>(action: (subject: T) => void | Promise<void>): (subject: T) => Promise<void> {
  return async (subject) => {
    clearNotice();
    try {
      await action(subject);
    } catch (error) {
      notify(sentenceOf(error));
    }
  };
}

async function usePhoto(file: File): Promise<void> {
  const photo = await readPhoto(file);
  const joints = hasEstimator() ? await findPose(photo, file.name).catch(() => null) : null;
  person.usePhoto(file.name, photo, joints);
}

async function usePoseOfPhoto(file: File): Promise<void> {
  const photo = await readPhoto(file);
  const joints = await findPose(photo, file.name);
  requireAnchors(file.name, joints);
  pose.set(() => fit([joints], photo)[0]);
}

async function usePoseFile(file: File): Promise<void> {
  const document = parseJson(await file.text(), file.name);
  const { poses, fps = USUAL_FPS } = posesInDocument(document, { file: file.name, size: null });
  const frames = steadyPoses(file.name, poses, 0).map(({ joints }) => joints);
  if (frames.length === 1) return pose.set(() => fit(frames)[0]);
  pose.addTrack(file.name, { frames, fps });
}

function useCheckpoint(file: File): void {
  session.open(async () => parseCheckpoint(new Uint8Array(await file.arrayBuffer()), file.name));
}

/** The joints of the person in a photo. @throws Error while no model is at work. */
async function findPose(photo: Picture, name: string): Promise<Joints> {
  const { studio } = session;
  if (!studio) throw new Error(`${name} comes too early: choose it again once a result is seen.`);
  notify(`Looking for the person in ${name} …`);
  const people = await studio.findPeople(photo);
  clearNotice();
  const note = crowdNote(name, people.length);
  if (note) notify(`${note}.`);
  return largestOf(people);
}

/** Paints the chosen movement and saves it. */
async function saveMovement(): Promise<void> {
  const { studio } = session;
  if (!studio) return;
  const { frames, fps } = pose.track;
  const { sample } = person;
  const pictures = async function* () {
    for (const [i, joints] of frames.entries()) {
      notify(`Painting the movement: ${i + 1} of ${frames.length}`);
      yield* await studio.painter.paint([{ source: sample, target: { joints } }]);
    }
  };
  await saveGif(pictures(), fps);
  clearNotice();
}

/** Takes person and pose to the frame of another model. */
function reframe(size: Size): void {
  frame = size;
  person.reframe(size);
  pose.reframe(size);
  setAspect(size);
}

function setAspect({ width, height }: Size): void {
  document.body.style.setProperty("--aspect", String(width / height));
}
