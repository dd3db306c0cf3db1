/// <reference lib="dom" />
/** A skeleton whose joints are dragged, or moved by keys. */
import { human } from "../pose/skeleton.ts";
import type { Joints, Point, Size } from "../pose/types.ts";
import { boneLines, dotStyle, setAttributes, setFrame, svg } from "./skeleton_svg.ts";

/** How far from a joint it is still grasped, in pixels of the screen. */
const REACH = 26;
/** Rows of a picture for which a key moves by more than a pixel. */
const ROWS_PER_STEP = 256;
const SHIFT_FACTOR = 4;

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** What is dragged: a joint or, where it is null, all of them. */
interface Drag {
  readonly joint: number | null;
  readonly begin: Point;
  readonly joints: Joints;
}

export interface EditorEvents {
  /** A joint was moved, hidden or shown. */
  readonly onChange: (joints: Joints) => void;
  /** Something was tried that can't be, for the reason of a sentence. */
  readonly onRefusal: (sentence: string) => void;
}

/** Edits the pose that it was shown last, in an `svg` element of page.html. */
export class PoseEditor {
  #size: Size = { width: 1, height: 1 };
  #joints: Joints = [];
  #drag: Drag | null = null;
  readonly #bones = svg("g");
  readonly #dots = human.joints.map((name) => {
    const dot = svg("circle", { class: "dot", tabindex: 0, role: "button", "aria-label": name });
    setAttributes(dot, { "aria-roledescription": "joint" });
    return dot;
  });

  constructor(readonly drawing: SVGSVGElement, readonly events: EditorEvents) {
    const label = "All joints: arrow keys move the whole pose";
    setAttributes(drawing, { class: "editor", tabindex: 0, role: "group", "aria-label": label });
    drawing.append(this.#bones, ...this.#dots);
    drawing.addEventListener("pointerdown", (event) => this.#grasp(event));
    drawing.addEventListener("pointermove", (event) => this.#follow(event));
    drawing.addEventListener("lostpointercapture", () => this.#drag = null);
    drawing.addEventListener("keydown", (event) => this.#press(event));
  }

  get joints(): Joints {
    return this.#joints;
  }

  /** Shows a pose in a picture's pixels. */
  show(joints: Joints, size: Size): void {
    this.#size = size;
    this.#joints = joints;
    setFrame(this.drawing, size);
    this.#draw();
  }

  /** Puts a hidden joint back, amid the joints that it is tied to, and focuses it. */
  reveal(joint: number): void {
    const { width, height } = this.#size;
    const ties = human.bones.map(({ joints }) => joints.map((name) => human.joints.indexOf(name)))
      .filter((ends) => ends.includes(joint))
      .flatMap((ends) => this.#joints[ends.find((end) => end !== joint)!] ?? []);
    const at = ties.length === 0 ? { x: width / 2, y: height / 2 } : {
      x: ties.reduce((sum, { x }) => sum + x, 0) / ties.length,
      y: ties.reduce((sum, { y }) => sum + y, 0) / ties.length,
    };
    // A joint with a single tie would lie under it.
    const aside = ties.length === 1 ? height / 16 : 0;
    this.#change(this.#joints.map((point, i) => i === joint ? at : point));
    this.#move(joint, this.#joints, { x: 0, y: aside });
    this.#dots[joint].focus();
  }

  #grasp(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const begin = this.#place(event);
    const joint = this.#nearest(begin);
    this.#drag = { joint, begin, joints: this.#joints };
    this.drawing.setPointerCapture(event.pointerId);
    (joint === null ? this.drawing : this.#dots[joint]).focus({ preventScroll: true });
  }

  #follow(event: PointerEvent): void {
    if (!this.#drag) return;
    const { joint, begin, joints } = this.#drag;
    const now = this.#place(event);
    this.#move(joint, joints, { x: now.x - begin.x, y: now.y - begin.y });
  }

  #press(event: KeyboardEvent): void {
    const dot = this.#dots.indexOf(event.target as SVGCircleElement);
    const joint = dot < 0 ? null : dot;
    const arrow = arrows[event.key];
    if (arrow) {
      const pixels = Math.max(1, Math.round(this.#size.height / ROWS_PER_STEP));
      const step = pixels * (event.shiftKey ? SHIFT_FACTOR : 1);
      this.#move(joint, this.#joints, { x: arrow.x * step, y: arrow.y * step });
    } else if (joint !== null && ["Delete", "Backspace"].includes(event.key)) this.#hide(joint);
    else return;
    event.preventDefault();
  }

  #hide(joint: number): void {
    const name = human.joints[joint];
    if (human.anchor.includes(name)) {
      return this.events.onRefusal(`The ${name} stays: a pose needs both shoulders and both hips.`);
    }
    this.#change(this.#joints.map((point, i) => i === joint ? null : point));
    this.drawing.focus();
  }

  /** Moves a joint, or all, from where they were in `joints`, as far as the picture reaches. */
  #move(joint: number | null, joints: Joints, by: Point): void {
    const moved = joints.filter((point, i) => point && (joint === null || i === joint)) as Point[];
    const { width, height } = this.#size;
    const x = within(by.x, moved.map((point) => point.x), width);
    const y = within(by.y, moved.map((point) => point.y), height);
    this.#change(
      joints.map((point, i) =>
        point && (joint === null || i === joint) ? { x: point.x + x, y: point.y + y } : point
      ),
    );
  }

  #change(joints: Joints): void {
    this.#joints = joints;
    this.#draw();
    this.events.onChange(joints);
  }

  #draw(): void {
    this.#bones.replaceChildren(...boneLines(this.#joints, this.#size));
    this.#dots.forEach((dot, i) => {
      const point = this.#joints[i];
      dot.classList.toggle("missing", !point);
      if (!point) return;
      const place = `at ${Math.round(point.x)}, ${Math.round(point.y)}`;
      const style = dotStyle(human.joints[i], this.#size);
      setAttributes(dot, { cx: point.x, cy: point.y, ...style, "aria-description": place });
    });
  }

  /** Where in the picture a pointer is. */
  #place({ clientX, clientY }: PointerEvent): Point {
    const toPicture = this.drawing.getScreenCTM()!.inverse();
    return new DOMPoint(clientX, clientY).matrixTransform(toPicture);
  }

  /** The seen joint next to a place, or null where none is within reach. */
  #nearest({ x, y }: Point): number | null {
    const pixels = this.drawing.getScreenCTM()!.a;
    const distances = this.#joints.map((point) =>
      point ? Math.hypot(point.x - x, point.y - y) * pixels : Infinity
    );
    const least = Math.min(...distances);
    return least <= REACH ? distances.indexOf(least) : null;
  }
}

/** The part of a move after which all places, along one axis, still lie in the picture's `length` pixels. */
function within(move: number, places: readonly number[], length: number): number {
  const least = Math.min(0, -0.5 - Math.min(...places));
  const most = Math.max(0, length - 0.5 - Math.max(...places));
  return Math.min(most, Math.max(least, move));
}
