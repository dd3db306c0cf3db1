/// <reference lib="dom" />
/** Live: whoever stands before the camera moves the person who is painted. */
import type { Picture } from "../data/types.ts";
import type { Joints } from "../pose/types.ts";
import type { FindPose } from "../repose/studio.ts";
import { button, canvas, drawing, element } from "./elements.ts";
import { showPicture } from "./pictures.ts";
import type { Track } from "./ready_poses.ts";
import { boneLines, setFrame } from "./skeleton_svg.ts";
import { FrameGrabber, openCamera } from "./videos.ts";

/** Seconds over which pictures are counted, and that somebody may be out of sight before it is said. */
const COUNTED_SECONDS = 2;
const UNSEEN_SECONDS = 1.5;
/** Poses that are kept for the movement to save, and the fewest that make one. */
const MOST_KEPT = 600;
const LEAST_KEPT = 6;

const NOBODY = "Nobody is seen: step back until both shoulders are in the picture, and add light.";

export interface LiveEvents {
  /** Finds poses in one picture after the other. @throws Error while no model is at work */
  readonly openFollower: () => FindPose;
  /** Brings what the camera sees, in pixels of a picture, to the person; null where that shows nobody. */
  readonly fit: (seen: Joints, picture: Picture, seconds: number) => Joints | null;
  /** Paints a pose; resolves when it is seen. */
  readonly show: (joints: Joints) => Promise<void>;
  /** The camera is off; the movement since it was on, where there was one. */
  readonly onEnd: (track: Track | null) => void;
}

export class Live {
  readonly #toggle = button("camera");
  readonly #panel = element("live", HTMLElement);
  readonly #picture = canvas("live-picture");
  readonly #bones = drawing("live-joints");
  readonly #rate = element("live-rate", HTMLElement);
  readonly #note = element("live-note", HTMLElement);
  #running: AbortController | null = null;

  constructor(readonly events: LiveEvents) {}

  get isRunning(): boolean {
    return this.#running !== null;
  }

  stop(): void {
    this.#running?.abort();
  }

  /** Opens the camera and follows who is seen until it is stopped. @throws Error of one sentence where that can't be. */
  async run(): Promise<void> {
    const follow = this.events.openFollower();
    const running = this.#running = new AbortController();
    this.#toggle.disabled = true; // while the browser asks
    let track: Track | null = null;
    try {
      const { video, stream } = await openCamera();
      try {
        this.#open(stream);
        track = await this.#follow(new FrameGrabber(video, true), follow, running.signal);
      } finally {
        for (const one of stream.getTracks()) one.stop();
      }
    } finally {
      this.#running = null;
      this.#close();
      this.events.onEnd(track);
    }
  }

  #open(stream: MediaStream): void {
    for (const one of stream.getTracks()) one.addEventListener("ended", () => this.stop());
    this.#toggle.disabled = false;
    this.#toggle.textContent = "Stop camera";
    this.#rate.textContent = "Getting ready";
    this.#note.textContent = "";
    this.#panel.hidden = false;
  }

  #close(): void {
    this.#toggle.disabled = false;
    this.#toggle.textContent = "Camera";
    this.#panel.hidden = true;
  }

  /** Returns the movement. */
  async #follow(
    grabber: FrameGrabber,
    follow: FindPose,
    signal: AbortSignal,
  ): Promise<Track | null> {
    const kept: { readonly joints: Joints; readonly seconds: number }[] = [];
    let seenAt = now();
    while (!signal.aborted) {
      const picture = grabber.grab();
      const seconds = now();
      const seen = await follow(picture);
      const joints = this.events.fit(seen, picture, seconds);
      this.#show(picture, seen);
      if (joints) {
        await this.events.show(joints);
        seenAt = seconds;
        kept.push({ joints, seconds });
        if (kept.length > MOST_KEPT) kept.shift();
      }
      this.#say(now() - seenAt > UNSEEN_SECONDS ? NOBODY : "");
      this.#rate.textContent = rateOf(kept.map(({ seconds }) => seconds));
      await new Promise(requestAnimationFrame);
    }
    if (kept.length < LEAST_KEPT) return null;
    const duration = kept.at(-1)!.seconds - kept[0].seconds;
    return { frames: kept.map(({ joints }) => joints), fps: (kept.length - 1) / duration };
  }

  #show(picture: Picture, seen: Joints): void {
    showPicture(this.#picture, picture);
    setFrame(this.#bones, picture);
    this.#bones.replaceChildren(...boneLines(seen, picture));
  }

  /** A sentence, which is read aloud when it changes. */
  #say(sentence: string): void {
    if (this.#note.textContent !== sentence) this.#note.textContent = sentence;
  }
}

/** How many of some moments come a second, of late, in words. */
function rateOf(moments: readonly number[]): string {
  const now = moments.at(-1) ?? 0;
  const last = moments.filter((seconds, i) =>
    now - seconds < COUNTED_SECONDS || i === moments.length - 2
  );
  if (last.length < 2) return "Getting ready";
  const rate = (last.length - 1) / (now - last[0]);
  return `${rate.toFixed(rate < 10 ? 1 : 0)} pictures a second`;
}

function now(): number {
  return performance.now() / 1000;
}
