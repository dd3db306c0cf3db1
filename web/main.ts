/// <reference lib="dom" />
/** The page: a person, a pose, and the person painted in the pose. */
import type { Picture } from "../data/types.ts";
import { parseCheckpoint } from "../model/checkpoint.ts";
import { parseJson } from "../pose/formats/pose_json.ts";
import type { Joints, Size } from "../pose/types.ts";
import { crowdNote, largestOf } from "../repose/people.ts";
import {
  fitPoses,
  posesInDocument,
  requireAnchors,
  steadyPoses,
  type TargetPose,
  USUAL_FPS,
} from "../repose/target_poses.ts";
import { LivePoses } from "../repose/live_poses.ts";
import { type FindPose, poseFollower, type Studio } from "../repose/studio.ts";
import { onArrival } from "./arrivals.ts";
import { button, canvas, element, input, onFile, onFiles, onHold } from "./elements.ts";
import { bundledCheckpoint, estimatorWeights, hasEstimator } from "./files.ts";
import { Live } from "./live.ts";
import { keepOffline } from "./offline.ts";
import { builtInPeople } from "./people.ts";
import { PersonPanel } from "./person_panel.ts";
import { readPhoto, showPicture } from "./pictures.ts";
import { PosePanel } from "./pose_panel.ts";
import { noPicture, poseNames, readyPose } from "./ready_poses.ts";
import { wireSaving } from "./saving.ts";
import { sentenceOf } from "./sentences.ts";
import { Session } from "./session.ts";
import { clearNotice, notify } from "./status.ts";
import { withClip } from "./videos.ts";
import { Yours } from "./yours.ts";

/** Pictures over which the poses of a clip are smoothed. */
const CLIP_SMOOTHING = 1;

/** Of the model at work; until it has come, of the bundled one. */
let frame: Size = { width: 128, height: 256 };
/** The full picture of the person in the pose as they are; null until it is painted. */
let painted: Picture | null = null;
/** The last picture, which may be a preview. */
let shown: Picture | null = null;
let isCompared = false;
const needsPicture = document.querySelectorAll<HTMLButtonElement>("#result button:disabled");

const subject = () => ({
  sample: person.sample,
  joints: pose.joints,
  isMoving: live.isRunning,
});
const session = new Session(subject, {
  onModel({ configuration: { size, width }, device }, name) {
    if (size.width !== frame.width || size.height !== frame.height) reframe(size);
    repaint();
    element("model", HTMLElement).textContent =
      `${name} paints ${size.width} × ${size.height} pixels, shown enlarged; ${width} channels wide, on ${device.name}.`;
  },
  onPicture(picture, milliseconds, isPreview) {
    if (!isPreview) painted = picture;
    shown = picture;
    for (const one of needsPicture) one.disabled = false;
    showResult();
    showPicture(canvas("ghost"), picture);
    element("timing", HTMLElement).textContent = `${Math.round(milliseconds)} ms${
      isPreview ? ", preview" : ""
    }`;
  },
  onStop() {
    for (const one of needsPicture) one.disabled = true;
  },
});

/** @param isPlaying whether nobody did anything: what the page says is not out of date */
function repaint(isPlaying = false): void {
  if (!isPlaying) clearNotice();
  painted = null;
  session.repaint();
}

/** The full picture, painted now where only a preview is seen. */
async function fullPicture(): Promise<Picture> {
  return painted ?? await session.paint(pose.joints);
}

const person = new PersonPanel(await builtInPeople(), frame, {
  onChange: () => pose.refit(),
  onNote: notify,
});
const pose = new PosePanel(frame, fit, { onChange: repaint, onRefusal: notify });
const live = new Live({
  openFollower() {
    const follow = openFollower("The camera");
    livePoses = null;
    return follow;
  },
  fit: fitLive,
  async show(joints) {
    pose.set(() => joints);
    await session.nextPicture();
  },
  onEnd(track) {
    if (track) pose.addTrack("Camera", track);
    else repaint();
  },
});
let livePoses: LivePoses | null = null;
const yours = new Yours({
  findPose,
  model() {
    if (!session.read) throw new Error("No model is at work to begin with.");
    return session.read;
  },
  use: (read) => session.open(read),
  attempt: (action) => attempt(action)(null),
});
setAspect(frame);
session.open(bundledCheckpoint);
keepOffline();

for (const one of document.querySelectorAll<HTMLElement>(".estimator")) {
  one.hidden = !hasEstimator();
}
button("camera").addEventListener(
  "click",
  attempt(() => live.isRunning ? live.stop() : live.run()),
);
onFile("clip", attempt(useClip));
onFile("photo", attempt(usePhoto));
onFile("pose-photo", attempt(usePoseOfPhoto));
onFile("pose-file", attempt(usePoseFile));
onFile("checkpoint", attempt(useCheckpoint));
input("proportions").addEventListener("change", () => pose.refit());
onFiles("album-files", attempt((files) => yours.take(files)));
onArrival(attempt((files) => {
  const [file] = files;
  if (files.length > 1 && hasEstimator()) return yours.take(files);
  if (/\.safetensors$/i.test(file.name)) return useCheckpoint(file);
  if (file.type.startsWith("video/")) return useClip(file);
  return /\.json$/i.test(file.name) ? usePoseFile(file) : usePhoto(file);
}));

wireSaving({
  person: () => person.sample.picture,
  joints: () => pose.joints,
  track: () => pose.track,
  readyPoses: () => poseNames.map((name) => fit([readyPose(name, frame)], noPicture)[0]),
  picture: fullPicture,
  paint: (joints) => session.paint(joints),
  attempt: (action) => attempt(action)(null),
});
onHold([button("compare"), canvas("painted")], (held) => {
  isCompared = held;
  button("compare").ariaPressed = String(held);
  showResult();
});

/** Shows the last picture or, while that is held, the photo. */
function showResult(): void {
  const picture = isCompared ? person.sample.picture : shown;
  if (picture) showPicture(canvas("painted"), picture);
}

/** Poses of a picture or a movement in the frame, with the person's proportions where that is ticked. */
function fit(poses: readonly Joints[], size?: Size): Joints[] {
  const asPerson = input("proportions").checked;
  if (size === noPicture && !asPerson) return [...poses]; // they were made for the frame
  const placed = poses.map((joints) => ({ joints, size: size ?? null }));
  return fitPoses(placed, frame, asPerson ? person.sample.joints : null);
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
  const size = poses[0].size ?? undefined;
  if (frames.length === 1) return pose.set(() => fit(frames, size)[0]);
  pose.addTrack(file.name, { frames, fps, size });
  playOfItself();
}

/** Finds the pose in each picture of a clip, and plays them. */
async function useClip(file: File): Promise<void> {
  const { name } = file;
  const follow = openFollower(name);
  await withClip(file, async ({ count, fps, isWhole, pictures }) => {
    const poses: TargetPose[] = [];
    for await (const picture of pictures()) {
      notify(`Looking for the person in ${name}: picture ${poses.length + 1} of ${count} …`);
      const { width, height } = picture;
      poses.push({ name, joints: await follow(picture), size: { width, height } });
    }
    const steady = steadyPoses(name, poses, CLIP_SMOOTHING);
    const frames = steady.map(({ joints }) => joints);
    pose.addTrack(name, { frames, fps, size: steady[0].size! });
    playOfItself();
    if (!isWhole) notify(`Of ${name}, the first ${Math.round(count / fps)} seconds are taken.`);
  });
}

/** Plays a movement that was just chosen, unless the visitor wants nothing to move of itself. */
function playOfItself(): void {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) pose.play();
}

/** The pose in the frame for what the camera sees; null where that is nobody. */
function fitLive(seen: Joints, picture: Size, seconds: number): Joints | null {
  const { joints } = person.sample;
  if (livePoses?.person !== joints || livePoses.frame !== frame) {
    livePoses = new LivePoses(picture, frame, joints);
  }
  return livePoses.next(seen, seconds);
}

/** What finds poses in one picture after the other. @throws Error while no model is at work. */
function openFollower(name: string): FindPose {
  if (!hasEstimator()) {
    throw new Error(`${name} needs the pose estimator, which this page was built without.`);
  }
  return poseFollower(studioFor(name).device, estimatorWeights);
}

function useCheckpoint(file: File): void {
  session.open(async () => parseCheckpoint(new Uint8Array(await file.arrayBuffer()), file.name));
}

/** The joints of the person in a photo. @throws Error while no model is at work. */
async function findPose(photo: Picture, name: string): Promise<Joints> {
  const studio = studioFor(name);
  notify(`Looking for the person in ${name} …`);
  const people = await studio.findPeople(photo);
  clearNotice();
  const note = crowdNote(name, people.length);
  if (note) notify(`${note}.`);
  return largestOf(people);
}

/** @throws Error that names what came while no model is at work */
function studioFor(name: string): Studio {
  if (session.studio) return session.studio;
  throw new Error(`${name} comes too early: choose it again once a result is seen.`);
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
