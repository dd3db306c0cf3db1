/** The model that is at work: opened, replaced, painting, and started again when the GPU fails. */
import type { Picture, Sample } from "../data/types.ts";
import { compileAhead } from "../engine/compile_ahead.ts";
import type { Device } from "../engine/device.ts";
import { blankPicture } from "../data/pictures/picture.ts";
import {
  type Checkpoint,
  checkpointGenerator,
  checkpointModel,
  type GeneratorWeights,
} from "../model/checkpoint.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { modelSettings } from "../model/settings.ts";
import { human } from "../pose/skeleton.ts";
import { transformJoints } from "../pose/transform.ts";
import type { Joints } from "../pose/types.ts";
import { PhotoBackground } from "../repose/background.ts";
import { withPhoto } from "../repose/finish.ts";
import { Painter } from "../repose/painter.ts";
import { Preview, previewSize } from "../repose/preview.ts";
import { estimatorWeights, type OnProgress } from "./files.ts";
import { Latest } from "./latest.ts";
import { openDevice } from "./open_device.ts";
import { readyPose } from "./ready_poses.ts";
import { requirePeople, sentenceOf, whyUnsupported } from "./sentences.ts";
import { clearStatus, notify, showFailure, showProgress } from "./status.ts";
import { Studio } from "../repose/studio.ts";

export type ReadCheckpoint = (onProgress: OnProgress) => Promise<Checkpoint>;

/** Who is painted, and how. */
export interface Subject {
  readonly sample: Sample;
  readonly joints: Joints;
  /** Whether another pose is sure to come, so that the full picture is not worth its time. */
  readonly isMoving: boolean;
}

export interface SessionEvents {
  /** Another model is at work, whose frame may be another. */
  readonly onModel: (studio: Studio, name: string) => void;
  /** The full picture, or a preview of it with fewer pixels while the pose moves. */
  readonly onPicture: (picture: Picture, milliseconds: number, isPreview: boolean) => void;
  /** No model is at work any more. */
  readonly onStop: () => void;
}

/** What has not changed for so long rests, and is painted in full; in milliseconds. */
const REST_MS = 150;

export class Session {
  #studio: Studio | null = null;
  /** Where the full picture takes long; null before it was painted once. */
  #preview: Preview | null = null;
  #isMeasured = false;
  /** Of the person who was painted last. */
  #photo: PhotoBackground | null = null;
  /** Reads the model at work anew. */
  #read: ReadCheckpoint | null = null;
  readonly #opening = new Latest<ReadCheckpoint>((read) => this.#open(read));
  readonly #painting = new Latest<Studio>((studio) => this.#paint(studio));

  #onShown: (() => void)[] = [];

  /** @param subject who is to be painted, and how, at the time */
  constructor(
    readonly subject: () => Subject,
    readonly events: SessionEvents,
  ) {}

  /** Null until a model is ready, and after the GPU failed. */
  get studio(): Studio | null {
    return this.#studio;
  }

  /** Opens a model; where that fails, the one before stays. */
  open(read: ReadCheckpoint): void {
    this.#opening.push(read);
  }

  /** What reads the model at work anew; null before there is one. */
  get read(): ReadCheckpoint | null {
    return this.#read;
  }

  /** Paints the subject as it is now, once the picture before is done. */
  repaint(): void {
    if (this.#studio) this.#painting.push(this.#studio);
  }

  /** Resolves when the next picture is seen, or no model is at work any more. */
  nextPicture(): Promise<void> {
    if (!this.#studio) return Promise.resolve();
    return new Promise((resolve) => this.#onShown.push(resolve));
  }

  /** The person in some pose, in full. @throws Error where no model is at work. */
  async paint(joints: Joints): Promise<Picture> {
    if (!this.#studio) throw new Error("No model is at work: wait for it, or start it again.");
    const source = this.subject().sample;
    const [picture] = await this.#studio.painter.paint([{ source, target: { joints } }]);
    return this.#finish(picture, joints, source);
  }

  /** What was painted of a person, with background and face of the photo. */
  #finish(painted: Picture, pose: Joints, person: Sample): Picture {
    if (this.#photo?.person !== person) this.#photo = new PhotoBackground(person, human);
    return withPhoto(painted, pose, this.#photo);
  }

  async #open(read: ReadCheckpoint): Promise<void> {
    try {
      const reason = await whyUnsupported();
      if (reason !== null) return showFailure(reason, null);
      const checkpoint = await read((bytes, of) =>
        showProgress(`Fetching the model: ${megabytes(bytes)} of ${megabytes(of)}`, bytes / of)
      );
      requirePeople(checkpoint);
      if (this.#studio && isSameModel(this.#studio.configuration, checkpointModel(checkpoint))) {
        this.#studio.painter.load(checkpointGenerator(checkpoint));
        this.#read = read;
        this.events.onModel(this.#studio, checkpoint.path);
        return clearStatus();
      }
      const studio = await Studio.open(checkpoint, estimatorWeights, openDevice);
      await warmUp(studio, checkpointGenerator(checkpoint));
      this.#use(studio, checkpoint.path, read);
      clearStatus();
    } catch (error) {
      if (!this.#studio) return showFailure(sentenceOf(error), () => this.open(read));
      clearStatus();
      notify(sentenceOf(error));
    }
  }

  #use(studio: Studio, name: string, read: ReadCheckpoint): void {
    this.#studio?.[Symbol.dispose]();
    this.#studio = studio;
    this.#preview = null;
    this.#isMeasured = false;
    this.#read = read;
    void lost(studio.device).then((reason) => this.#stop(studio, new Error(`lost: ${reason}`)));
    this.events.onModel(studio, name);
  }

  async #paint(studio: Studio): Promise<void> {
    try {
      if (this.#preview) {
        await this.#show(studio, this.#preview);
        if (this.subject().isMoving || !await this.#painting.rests(REST_MS)) return;
      }
      const milliseconds = await this.#show(studio, null);
      if (!this.#isMeasured) this.#choosePreview(studio, milliseconds);
    } catch (error) {
      this.#stop(studio, error);
    }
  }

  /** Paints the subject as it is now; returns the time that it took. */
  async #show(studio: Studio, preview: Preview | null): Promise<number> {
    const { sample, joints } = this.subject();
    const transfer = { source: sample, target: { joints } };
    const start = performance.now();
    const picture = preview
      ? await preview.paint(transfer)
      : (await studio.painter.paint([transfer]))[0];
    const milliseconds = performance.now() - start;
    if (studio !== this.#studio) return milliseconds;
    const pose = transformJoints(joints, picture.height / sample.picture.height, 0, 0);
    this.events.onPicture(this.#finish(picture, pose, sample), milliseconds, preview !== null);
    this.#tellShown();
    return milliseconds;
  }

  #tellShown(): void {
    const waiting = this.#onShown;
    this.#onShown = [];
    for (const resolve of waiting) resolve();
  }

  #choosePreview({ painter, configuration }: Studio, milliseconds: number): void {
    const size = previewSize(configuration, milliseconds);
    this.#preview = size && new Preview(painter, size);
    this.#isMeasured = true;
  }

  /** The GPU failed: says so and offers to start again. */
  #stop(studio: Studio, error: unknown): void {
    const read = this.#read;
    if (studio !== this.#studio || !read) return;
    studio[Symbol.dispose]();
    this.#studio = null;
    this.#tellShown();
    this.events.onStop();
    showFailure(sentenceOf(error), () => this.open(read));
  }
}

/** Whether one's weights do for the other. */
function isSameModel(one: ModelConfiguration, other: ModelConfiguration): boolean {
  return JSON.stringify(modelSettings(one)) === JSON.stringify(modelSettings(other));
}

/** Resolves to the reason when the GPU goes away other than by being closed. */
async function lost({ gpu }: Device): Promise<string> {
  const { reason, message } = await gpu.lost;
  return reason === "destroyed" ? new Promise(() => {}) : message;
}

/** Compiles the kernels, and paints once, which takes the memory that it needs; closes a studio that fails. */
async function warmUp(studio: Studio, weights: GeneratorWeights): Promise<void> {
  const { size } = studio.configuration;
  const show = (ready: number, of: number) =>
    showProgress("Making the model ready for your GPU", ready / of);
  show(0, 1);
  try {
    await compileAhead(studio.device, (device) => Painter.from(device, weights).prepare(1), show);
    const joints = readyPose("Stand", size);
    const source = { name: "nobody", picture: blankPicture(size, [0, 0, 0]), joints };
    await studio.painter.paint([{ source, target: { joints } }]);
  } catch (error) {
    studio[Symbol.dispose]();
    throw error;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
