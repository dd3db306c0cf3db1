/// <reference lib="dom" />
/** The person: somebody built in, or the visitor's photo with its joints found or marked. */
import type { Picture, Sample } from "../data/types.ts";
import { human, missingAnchors } from "../pose/skeleton.ts";
import type { Joints, Size } from "../pose/types.ts";
import { button, canvas, choose, drawing, element, makeButton } from "./elements.ts";
import { type Person, personInPhoto } from "./people.ts";
import { showPicture } from "./pictures.ts";
import { PoseEditor } from "./pose_editor.ts";
import { readyPose } from "./ready_poses.ts";

/** A photo whose person is painted. */
interface Photo {
  readonly name: string;
  readonly picture: Picture;
  readonly joints: Joints;
}

export interface PersonEvents {
  /** The visitor chose somebody. */
  readonly onChange: () => void;
  /** Something needs the visitor, who is told by a sentence. */
  readonly onNote: (sentence: string) => void;
}

export class PersonPanel {
  readonly #people = element("people", HTMLElement);
  readonly #panel = element("person", HTMLElement);
  readonly #canvas = canvas("source");
  readonly #joints = drawing("source-joints");
  readonly #mark = button("mark");
  readonly #editor: PoseEditor;
  #person: Person;
  #sample: Sample;
  #photo: Photo | null = null;

  /** @param builtIn people to choose from, at least one */
  constructor(
    readonly builtIn: readonly Person[],
    private frame: Size,
    readonly events: PersonEvents,
  ) {
    this.#person = builtIn[0];
    this.#editor = new PoseEditor(this.#joints, {
      onChange: (joints) => this.#photo = { ...this.#photo!, joints },
      onRefusal: events.onNote,
    });
    this.#mark.addEventListener("click", () => this.#isMarking ? this.#finish() : this.#begin());
    this.#sample = this.#person.sample(frame);
    this.reframe(frame);
  }

  /** The person as the model sees them. */
  get sample(): Sample {
    return this.#sample;
  }

  /** Shows people as a model of another frame sees them. */
  reframe(frame: Size): void {
    this.frame = frame;
    const buttons = this.builtIn.map((person) => {
      const thumbnail = document.createElement("canvas");
      showPicture(thumbnail, person.sample(frame).picture);
      return makeButton(person.name, thumbnail, () => {
        this.#photo = null;
        this.#show(person);
        this.events.onChange();
      });
    });
    this.#people.replaceChildren(...buttons);
    this.#show(this.#person);
  }

  /** Takes the person of a photo with the joints that were found, or null where they are to be marked. */
  usePhoto(name: string, picture: Picture, found: Joints | null): void {
    const isFound = found !== null && missingAnchors(human, found).length === 0;
    this.#photo = { name, picture, joints: isFound ? found : readyPose("Stand", picture) };
    if (isFound) return this.#finish();
    this.#begin();
    this.events.onNote(
      "Drag each joint onto the person in your photo, hide those that are not seen, then press Done.",
    );
  }

  get #isMarking(): boolean {
    return this.#panel.classList.contains("marking");
  }

  #begin(): void {
    const { picture, joints } = this.#photo!;
    this.#panel.classList.add("marking");
    this.#setStage(picture, "Done");
    showPicture(this.#canvas, picture);
    this.#editor.show(joints, picture);
  }

  #finish(): void {
    const { name, picture, joints } = this.#photo!;
    this.#show(personInPhoto(name, picture, joints));
    this.events.onChange();
  }

  #show(person: Person): void {
    this.#person = person;
    this.#sample = person.sample(this.frame);
    choose(this.#people.children, this.#people.children[this.builtIn.indexOf(person)] ?? null);
    this.#panel.classList.remove("marking");
    this.#setStage(this.frame, "Mark the joints");
    this.#mark.hidden = this.#photo === null;
    showPicture(this.#canvas, this.sample.picture);
  }

  #setStage({ width, height }: Size, label: string): void {
    this.#mark.hidden = false;
    this.#mark.textContent = label;
    this.#joints.classList.toggle("missing", !this.#isMarking);
    this.#panel.style.setProperty("--aspect", String(width / height));
  }
}
