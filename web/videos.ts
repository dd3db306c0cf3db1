/// <reference lib="dom" />
/** Moving pictures: the camera, and clips. */
import { overWhite } from "../data/pictures/rgba.ts";
import type { Picture } from "../data/types.ts";
import { cameraSentence } from "./sentences.ts";

/** Longer side of the pictures that poses are found in: a little more than the estimator sees. */
const MOST_SIDE = 256;
/** What is asked of a camera. */
const CAMERA = { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" };
/** What is taken of a clip. */
const CLIP_FPS = 12;
const MOST_FRAMES = 240;
/** A time beyond the end of every clip, to learn the length of one that does not tell. */
const BEYOND_SECONDS = 1e9;

/** The picture that a video shows now, scaled down; mirrored, as people expect of a camera that looks at them. */
export class FrameGrabber {
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context = this.#canvas.getContext("2d", { willReadFrequently: true })!;

  constructor(readonly video: HTMLVideoElement, readonly isMirrored: boolean) {}

  grab(): Picture {
    const { video: { videoWidth, videoHeight }, isMirrored } = this;
    const scale = Math.min(1, MOST_SIDE / Math.max(videoWidth, videoHeight));
    const [width, height] = [videoWidth, videoHeight].map((side) =>
      Math.max(1, Math.round(side * scale))
    );
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      Object.assign(this.#canvas, { width, height });
    }
    this.#context.setTransform(isMirrored ? -1 : 1, 0, 0, 1, isMirrored ? width : 0, 0);
    this.#context.drawImage(this.video, 0, 0, width, height);
    return overWhite(this.#context.getImageData(0, 0, width, height));
  }
}

/** The camera, which is on until `close`. @throws Error of a sentence where there is none, or none for this page. */
export async function openCamera(): Promise<{ video: HTMLVideoElement; stream: MediaStream }> {
  try {
    if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError");
    const stream = await navigator.mediaDevices.getUserMedia({ video: CAMERA });
    return { video: await playing({ srcObject: stream }), stream };
  } catch (error) {
    throw new Error(cameraSentence(error), { cause: error });
  }
}

async function playing(source: Partial<HTMLVideoElement>): Promise<HTMLVideoElement> {
  const video = Object.assign(document.createElement("video"), {
    ...source,
    muted: true,
    playsInline: true,
  });
  await video.play();
  return video;
}

/** The pictures of a clip, and how many come a second. */
export interface Clip {
  readonly count: number;
  readonly fps: number;
  readonly isWhole: boolean;
  pictures(): AsyncIterable<Picture>;
}

/** Uses a clip, at most its first 20 seconds. @throws Error of a sentence where the file is none. */
export async function withClip<T>(file: File, use: (clip: Clip) => Promise<T>): Promise<T> {
  const video = Object.assign(document.createElement("video"), {
    muted: true,
    playsInline: true,
    preload: "auto",
    src: URL.createObjectURL(file),
  });
  try {
    await happens(video, "loadeddata", file.name);
    if (!Number.isFinite(video.duration)) await seek(video, BEYOND_SECONDS, file.name);
    const all = Math.max(1, Math.floor(video.duration * CLIP_FPS));
    const count = Math.min(all, MOST_FRAMES);
    const grabber = new FrameGrabber(video, false);
    const pictures = async function* () {
      for (let i = 0; i < count; i++) {
        await seek(video, (i + 0.5) / CLIP_FPS, file.name);
        yield grabber.grab();
      }
    };
    return await use({ count, fps: CLIP_FPS, isWhole: count === all, pictures });
  } finally {
    URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
    video.load(); // lets go of the file
  }
}

async function seek(video: HTMLVideoElement, seconds: number, name: string): Promise<void> {
  const isThere = happens(video, "seeked", name);
  video.currentTime = seconds;
  await isThere;
}

/** @throws Error of a sentence where the video fails instead. */
function happens(video: HTMLVideoElement, event: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () =>
      reject(new Error(`${name} does not open as a clip in this browser: take an MP4 or WebM.`));
    video.addEventListener(event, () => resolve(), { once: true });
    video.addEventListener("error", fail, { once: true });
  });
}
