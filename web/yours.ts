/// <reference lib="dom" />
/** Yours: photos of one person, and a model that learns them here. */
import type { Picture } from "../data/types.ts";
import { type Checkpoint, parseCheckpoint } from "../model/checkpoint.ts";
import { human, missingAnchors } from "../pose/skeleton.ts";
import type { Joints } from "../pose/types.ts";
import { subjectIn } from "../repose/subject.ts";
import type { LossRow } from "../train/loss_ring.ts";
import { saveModel } from "./downloads.ts";
import { button, canvas, drawing, element, input } from "./elements.ts";
import type { PersonalTraining } from "./personal_training.ts";
import { readPhoto, showPicture } from "./pictures.ts";
import type { ReadCheckpoint } from "./session.ts";
import { boneLines, setAttributes, setFrame, svg } from "./skeleton_svg.ts";

/** Photos to train on. */
const LEAST_PHOTOS = 5;
const MOST_PHOTOS = 20;
/** Steps from one painted sample to the next. */
const SAMPLE_STEPS = 10;
/** Steps whose time tells how long the rest takes. */
const TIMED_STEPS = 20;
/** The losses' curve, in units of its drawing. */
const [CURVE_WIDTH, CURVE_HEIGHT] = [300, 60];
/** What the trained model is called. */
const NAME = "Your model";

interface Photo {
  readonly name: string;
  readonly picture: Picture;
  readonly joints: Joints;
}

export interface YoursEvents {
  readonly findPose: (photo: Picture, name: string) => Promise<Joints>;
  /** What reads the model at work. @throws Error while there is none */
  readonly model: () => ReadCheckpoint;
  /** Puts another model to work. */
  readonly use: (read: ReadCheckpoint) => void;
  /** Does something, and says why where it fails. */
  readonly attempt: (action: () => Promise<void>) => Promise<void>;
}

export class Yours {
  readonly #photoList = element("album", HTMLElement);
  readonly #note = element("album-note", HTMLElement);
  readonly #panel = element("training", HTMLElement);
  readonly #progress = element("training-progress", HTMLProgressElement);
  readonly #losses = element("training-losses", HTMLElement);
  readonly #curve = drawing("training-curve");
  readonly #steps = input("training-steps");
  readonly #train = button("train");
  readonly #stop = button("train-stop");
  readonly #undo = button("train-undo");
  readonly #save = button("train-save");
  #photos: Photo[] = [];
  #training: PersonalTraining | null = null;
  #rows: LossRow[] = [];
  /** What reads the model before the training; null before one. */
  #before: ReadCheckpoint | null = null;
  #trained: Uint8Array | null = null;
  /** Stops what runs; null while nothing does. */
  #running: AbortController | null = null;
  #isSaved = true;

  constructor(readonly events: YoursEvents) {
    this.#train.addEventListener("click", () => events.attempt(() => this.#run()));
    this.#undo.addEventListener("click", () => this.#takeBack());
    this.#save.addEventListener("click", () => this.#keep());
    this.#stop.addEventListener("click", () => this.#askToStop());
    addEventListener("beforeunload", (event) => {
      if (this.#running || !this.#isSaved) event.preventDefault(); // the browser asks whether to leave
    });
  }

  /** Finds the poses in photos, and takes those that show somebody. @throws Error of a sentence where no model is at work */
  async take(files: readonly File[]): Promise<void> {
    this.#requireRest();
    const { photos, unread } = await this.#find(files.slice(0, MOST_PHOTOS)).catch((error) => {
      this.#note.textContent = "";
      throw error;
    });
    this.#note.textContent = tally(files.length, photos.length, unread);
    if (photos.length < LEAST_PHOTOS) return;
    this.#requireRest(); // it may have been started meanwhile
    this.#leave();
    this.#photos = photos;
    this.#photoList.replaceChildren(...photos.map(thumbnail));
    this.#panel.hidden = false;
    this.#update();
  }

  /** @throws Error of a sentence while the training runs */
  #requireRest(): void {
    if (this.#running) throw new Error("Stop the training first, then choose other photos.");
  }

  /** The photos that show somebody, and how many files do not open as pictures. */
  async #find(files: readonly File[]): Promise<{ photos: Photo[]; unread: number }> {
    const photos: Photo[] = [];
    let unread = 0;
    for (const [i, file] of files.entries()) {
      this.#note.textContent = `Looking for the person in photo ${i + 1} of ${files.length} …`;
      const picture = await readPhoto(file).catch(() => null);
      if (!picture) {
        unread++;
        continue;
      }
      const joints = await this.events.findPose(picture, file.name);
      if (missingAnchors(human, joints).length > 0) continue;
      photos.push({ name: file.name, picture, joints });
    }
    return { photos, unread };
  }

  /** Trains, from the beginning or from where it was stopped, until the end or until it is stopped. */
  async #run(): Promise<void> {
    if (!this.#steps.reportValidity()) return;
    const { signal } = this.#running = new AbortController();
    this.#update();
    try {
      const training = this.#training ?? await this.#open(signal);
      await this.#takeSteps(training, signal);
      this.#trained = await training.model();
      this.#isSaved = false;
      this.events.use(() => Promise.resolve(parse(this.#trained!)));
      if (training.stepsDone === training.steps) this.#leave();
    } catch (error) {
      this.#leave();
      this.#progress.value = 0;
      this.#losses.textContent = "";
      if (error !== signal.reason) throw error;
      this.#losses.textContent = "Stopped before the first step: the model is as it was.";
    } finally {
      this.#running = null;
      this.#update();
    }
  }

  #askToStop(): void {
    this.#running!.abort();
    this.#stop.disabled = true;
    this.#losses.textContent = "Stopping …";
  }

  async #open(signal: AbortSignal): Promise<PersonalTraining> {
    this.#losses.textContent = "Making the training ready for your GPU …";
    this.#progress.removeAttribute("value");
    const read = this.events.model();
    const { PersonalTraining } = await import("./personal_training.ts");
    const photos = this.#photos;
    this.#training = await PersonalTraining.open(
      await read(() => {}),
      (frame) =>
        photos.map(({ name, picture, joints }) => subjectIn(name, picture, joints, frame).sample),
      this.#steps.valueAsNumber,
      (ready, of) => {
        this.#losses.textContent =
          `Making the training ready for your GPU: ${ready} of ${of} kernels …`;
        this.#progress.value = ready / of * this.#progress.max;
      },
      signal,
    );
    this.#losses.textContent = "The first step …";
    this.#progress.value = 0;
    this.#before ??= read;
    this.#rows = [];
    return this.#training;
  }

  /** Takes steps, one at least, until all are done or it is stopped. Also while the page is hidden. */
  async #takeSteps(training: PersonalTraining, signal: AbortSignal): Promise<void> {
    const times: number[] = []; // when steps ended
    do {
      this.#rows.push(await training.step());
      times.push(performance.now());
      this.#show(training, times.slice(-TIMED_STEPS));
      if (training.stepsDone % SAMPLE_STEPS === 1) await this.#showSample(training);
    } while (training.stepsDone < training.steps && !signal.aborted);
    await this.#showSample(training);
    this.#show(training, times.slice(-TIMED_STEPS)); // it may have said that it is stopping
  }

  #show({ steps, stepsDone }: PersonalTraining, times: readonly number[]): void {
    const { reconstruction, adversarial, discriminator } = this.#rows.at(-1)!;
    const perStep = (times.at(-1)! - times[0]) / (times.length - 1) / 1000;
    const left = times.length > 1 && stepsDone < steps
      ? `, ${duration(perStep * (steps - stepsDone))} left`
      : "";
    this.#losses.textContent = `Step ${stepsDone} of ${steps}${left}. Losses: reconstruction ${
      reconstruction.toFixed(2)
    }, adversarial ${adversarial.toFixed(2)}, discriminator ${discriminator.toFixed(2)}.`;
    this.#progress.max = steps;
    this.#progress.value = stepsDone;
    this.#drawCurve(steps);
  }

  /** The reconstruction loss over all steps. */
  #drawCurve(steps: number): void {
    const losses = this.#rows.map(({ reconstruction }) => reconstruction);
    const most = Math.max(...losses);
    const points = losses.map((loss, i) =>
      `${(i + 1) / steps * CURVE_WIDTH},${CURVE_HEIGHT * (1 - loss / most)}`
    );
    const line = svg("polyline", { points: points.join(" ") });
    setAttributes(this.#curve, { viewBox: `0 0 ${CURVE_WIDTH} ${CURVE_HEIGHT}` });
    this.#curve.replaceChildren(line);
  }

  async #showSample(training: PersonalTraining): Promise<void> {
    const { pair: { source, target }, painted } = await training.sample();
    showPicture(canvas("training-source"), source.picture);
    showPicture(canvas("training-target"), target.picture);
    showPicture(canvas("training-painted"), painted);
  }

  #takeBack(): void {
    this.#leave();
    this.events.use(this.#before!);
    this.#before = this.#trained = null;
    this.#isSaved = true;
    this.#losses.textContent = "Undone: the model is as it was.";
    this.#progress.value = 0;
    this.#update();
  }

  #keep(): void {
    saveModel(this.#trained!);
    this.#isSaved = true;
  }

  /** Gives the training's memory back. */
  #leave(): void {
    this.#training?.[Symbol.dispose]();
    this.#training = null;
  }

  #update(): void {
    const isRunning = this.#running !== null;
    this.#train.disabled = isRunning;
    this.#train.textContent = this.#training ? "Go on" : "Train";
    this.#steps.disabled = isRunning || this.#training !== null;
    this.#stop.disabled = !isRunning;
    this.#undo.disabled = isRunning || this.#before === null;
    this.#save.disabled = isRunning || this.#trained === null;
  }
}

function parse(bytes: Uint8Array): Checkpoint {
  return parseCheckpoint(bytes, NAME);
}

/** What was found in how many photos, and what to do where that is too little. */
function tally(given: number, found: number, unread: number): string {
  const some = given > MOST_PHOTOS ? ` Only the first ${MOST_PHOTOS} are taken.` : "";
  const lack = Math.min(given, MOST_PHOTOS) - found - unread;
  const without = [
    lack > 0 && ` In ${lack} of them nobody is seen, or not from the shoulders to the hips.`,
    unread > 0 && ` ${unread} do not open as pictures: make them JPEG, PNG or WebP.`,
  ].filter(Boolean).join("");
  if (found >= LEAST_PHOTOS) return `${found} photos to learn from.${without}${some}`;
  return `Only ${found} photos show a person.${without} Choose ${LEAST_PHOTOS} to ${MOST_PHOTOS} photos of the same person, each from head to hips or more.`;
}

/** A photo with the joints that were found. */
function thumbnail({ name, picture, joints }: Photo): HTMLElement {
  const view = document.createElement("div");
  view.className = "view";
  const shown = document.createElement("canvas");
  shown.role = "img";
  shown.ariaLabel = name;
  showPicture(shown, picture);
  const bones = svg("svg", { "aria-hidden": "true" });
  setFrame(bones, picture);
  bones.append(...boneLines(joints, picture));
  view.append(shown, bones);
  return view;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}
