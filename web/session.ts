/** The model that is at work: opened, replaced, painting, and started again when the GPU fails. */
import type { Picture, Sample } from "../data/types.ts";
import type { Device } from "../engine/device.ts";
import { blankPicture } from "../data/pictures/picture.ts";
import type { Checkpoint } from "../model/checkpoint.ts";
import type { Joints } from "../pose/types.ts";
import { watchCompilation } from "./compilation.ts";
import { estimatorWeights, type OnProgress } from "./files.ts";
import { Latest } from "./latest.ts";
import { readyPose } from "./ready_poses.ts";
import { sentenceOf, whyUnsupported } from "./sentences.ts";
import { clearStatus, notify, showFailure, showProgress } from "./status.ts";
import { Studio } from "../repose/studio.ts";

export type ReadCheckpoint = (onProgress: OnProgress) => Promise<Checkpoint>;

export interface SessionEvents {
  /** Another model is at work, whose frame may be another. */
  readonly onModel: (studio: Studio, name: string) => void;
  readonly onPicture: (picture: Picture, milliseconds: number) => void;
  /** No model is at work any more. */
  readonly onStop: () => void;
}

export class Session {
  #studio: Studio | null = null;
  /** Reads the model at work anew. */
  #read: ReadCheckpoint | null = null;
  readonly #opening = new Latest<ReadCheckpoint>((read) => this.#open(read));
  readonly #painting = new Latest<Studio>((studio) => this.#paint(studio));

  /** @param subject who is to be painted, and how, at the time */
  constructor(
    readonly subject: () => { readonly sample: Sample; readonly joints: Joints },
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

  /** Paints the subject as it is now, once the picture before is done. */
  repaint(): void {
    if (this.#studio) this.#painting.push(this.#studio);
  }

  async #open(read: ReadCheckpoint): Promise<void> {
    try {
      const reason = await whyUnsupported();
      if (reason !== null) return showFailure(reason, null);
      const checkpoint = await read((bytes, of) =>
        showProgress(`Fetching the model: ${megabytes(bytes)} of ${megabytes(of)}`, bytes / of)
      );
      const studio = await Studio.open(checkpoint, estimatorWeights);
      await warmUp(studio);
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
    this.#read = read;
    void lost(studio.device).then((reason) => this.#stop(studio, new Error(`lost: ${reason}`)));
    this.events.onModel(studio, name);
  }

  async #paint(studio: Studio): Promise<void> {
    const { sample, joints } = this.subject();
    const start = performance.now();
    try {
      const [picture] = await studio.painter.paint([{ source: sample, target: { joints } }]);
      if (studio === this.#studio) this.events.onPicture(picture, performance.now() - start);
    } catch (error) {
      this.#stop(studio, error);
    }
  }

  /** The GPU failed: says so and offers to start again. */
  #stop(studio: Studio, error: unknown): void {
    const read = this.#read;
    if (studio !== this.#studio || !read) return;
    studio[Symbol.dispose]();
    this.#studio = null;
    this.events.onStop();
    showFailure(sentenceOf(error), () => this.open(read));
  }
}

/** Resolves to the reason when the GPU goes away other than by being closed. */
async function lost({ gpu }: Device): Promise<string> {
  const { reason, message } = await gpu.lost;
  return reason === "destroyed" ? new Promise(() => {}) : message;
}

/** Paints once, which compiles the kernels and takes the memory that they need; closes a studio that fails. */
async function warmUp(studio: Studio): Promise<void> {
  const { size } = studio.configuration;
  const show = (share: number) => showProgress("Making the model ready for your GPU", share);
  show(0);
  const endWatch = watchCompilation(studio.device.gpu, show);
  try {
    const joints = readyPose("Stand", size);
    const source = { name: "nobody", picture: blankPicture(size, [0, 0, 0]), joints };
    await studio.painter.paint([{ source, target: { joints } }]);
  } catch (error) {
    studio[Symbol.dispose]();
    throw error;
  } finally {
    endWatch();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
