/// <reference lib="dom" />
/** The target pose: a skeleton to drag, ready poses, and movements that play. */
import { human } from "../pose/skeleton.ts";
import { transformJoints } from "../pose/transform.ts";
import type { Joints, Size } from "../pose/types.ts";
import { button, choose, drawing, element, input, makeButton } from "./elements.ts";
import { PoseEditor } from "./pose_editor.ts";
import {
  noPicture,
  poseNames,
  readyPose,
  readyTrack,
  type Track,
  trackNames,
} from "./ready_poses.ts";
import { poseThumbnail } from "./skeleton_svg.ts";

export interface PoseEvents {
  /** Another pose is shown; `isPlaying` where the movement goes on of itself. */
  readonly onChange: (isPlaying: boolean) => void;
  /** Something was tried that can't be, for the reason of a sentence. */
  readonly onRefusal: (sentence: string) => void;
}

export class PosePanel {
  readonly #editor: PoseEditor;
  readonly #ready = element("poses", HTMLElement);
  readonly #hidden = element("hidden-joints", HTMLElement);
  readonly #trackName = element("track", HTMLSelectElement);
  readonly #moment = input("moment");
  readonly #play = button("play");
  readonly #tracks = new Map(
    trackNames.map((name) => [name, (frame: Size) => readyTrack(name, frame)]),
  );
  /** The chosen movement as it is fitted, once it is needed. */
  #track: Track | null = null;
  /** The pose as it is now fitted; null for one that was edited, which stays as it is. */
  #pose: (() => Joints) | null = null;
  #isPlaying = false;

  /**
   * Shows the first ready pose; `events` hears of every pose after it.
   *
   * @param fit brings poses of one picture or movement into the frame and to the person
   */
  constructor(
    private frame: Size,
    readonly fit: (poses: readonly Joints[], size?: Size) => Joints[],
    readonly events: PoseEvents,
  ) {
    this.#editor = new PoseEditor(drawing("joints"), {
      onRefusal: events.onRefusal,
      onChange: (joints) => this.#edited(joints),
    });
    this.#trackName.append(...trackNames.map((name) => new Option(name)));
    this.#trackName.addEventListener("change", () => this.#chooseTrack());
    this.#moment.addEventListener("input", () => {
      this.#setPlaying(false);
      this.#showMoment(this.#moment.valueAsNumber);
    });
    this.#play.addEventListener(
      "click",
      () => this.#isPlaying ? this.#setPlaying(false) : this.play(),
    );
    this.#showReady();
    this.#setReady(poseNames[0]);
    choose(this.#ready.children, this.#ready.firstElementChild);
  }

  get joints(): Joints {
    return this.#editor.joints;
  }

  /** The chosen movement. */
  get track(): Track {
    if (!this.#track) {
      const { frames, fps, size } = this.#tracks.get(this.#trackName.value)!(this.frame);
      this.#track = { frames: this.fit(frames, size), fps };
    }
    return this.#track;
  }

  /** Adds a movement and chooses it. */
  addTrack(name: string, track: Track): void {
    if (!this.#tracks.has(name)) this.#trackName.append(new Option(name));
    this.#tracks.set(name, () => track);
    this.#trackName.value = name;
    this.#setPlaying(false);
    this.#chooseTrack();
  }

  /** Plays the chosen movement. */
  play(): void {
    this.#setPlaying(false);
    this.#start();
  }

  /** Fits the pose anew, as to another person; one that was edited stays as it is. */
  refit(): void {
    this.#track = null;
    this.#show(this.#pose?.() ?? this.joints);
  }

  /** Takes the pose to another frame; one that was edited, in the same proportion to its height. */
  reframe(frame: Size): void {
    const scale = frame.height / this.frame.height;
    const aside = (frame.width - this.frame.width * scale) / 2;
    const joints = transformJoints(this.joints, scale, aside, 0);
    this.frame = frame;
    this.#editor.show(joints, frame);
    this.#showReady();
    this.refit();
  }

  /** Sets the pose to what `pose` says, fitted at the time, in the frame's pixels. */
  set(pose: () => Joints): void {
    this.#setPlaying(false);
    this.#pose = pose;
    this.#show(pose());
    choose(this.#ready.children, null);
  }

  #setReady(name: string): void {
    this.set(() => this.fit([readyPose(name, this.frame)], noPicture)[0]);
  }

  #show(joints: Joints): void {
    this.#editor.show(joints, this.frame);
    this.#changed(joints);
  }

  #edited(joints: Joints): void {
    this.#setPlaying(false);
    this.#pose = null;
    choose(this.#ready.children, null);
    this.#changed(joints);
  }

  #changed(joints: Joints): void {
    this.#listHidden(joints);
    this.events.onChange(this.#isPlaying);
  }

  #showReady(): void {
    const buttons = poseNames.map((name) => {
      const joints = readyPose(name, this.frame);
      const made = makeButton(name, poseThumbnail(joints, this.frame), () => {
        this.#setReady(name);
        choose(buttons, made);
      });
      return made;
    });
    this.#ready.replaceChildren(...buttons);
  }

  /** Buttons that put hidden joints back; as they are while a movement plays, in which joints come and go. */
  #listHidden(joints: Joints): void {
    if (this.#isPlaying) return;
    const missing = human.joints.flatMap((name, joint) => joints[joint] ? [] : [{ name, joint }]);
    const key = missing.map(({ name }) => name).join();
    if (this.#hidden.dataset.missing === key) return;
    this.#hidden.dataset.missing = key;
    const title = document.createElement("span");
    title.textContent = "Hidden:";
    const buttons = missing.map(({ name, joint }) =>
      makeButton(`Show the ${name}`, name, () => this.#editor.reveal(joint))
    );
    this.#hidden.replaceChildren(title, ...buttons);
    this.#hidden.hidden = missing.length === 0;
  }

  #start(): void {
    const { frames, fps } = this.track;
    const begin = performance.now() - this.#moment.valueAsNumber / fps * 1000;
    const tick = (now: number) => {
      if (!this.#isPlaying) return;
      const moment = Math.max(0, Math.floor((now - begin) * fps / 1000)) % frames.length;
      if (moment !== this.#moment.valueAsNumber) this.#showMoment(moment);
      requestAnimationFrame(tick);
    };
    this.#setPlaying(true);
    requestAnimationFrame(tick);
  }

  #setPlaying(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
    this.#play.textContent = isPlaying ? "Stop" : "Play";
    this.#listHidden(this.joints);
  }

  #chooseTrack(): void {
    this.#track = null;
    this.#showMoment(0);
  }

  #showMoment(moment: number): void {
    this.#moment.max = String(this.track.frames.length - 1);
    this.#moment.valueAsNumber = moment;
    choose(this.#ready.children, null);
    this.#pose = () => this.track.frames[moment];
    this.#show(this.#pose());
  }
}
