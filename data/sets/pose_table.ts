import {
  type Annotation,
  checkAnnotationHeader,
  parseAnnotation,
  type Place,
} from "../../pose/formats/annotation.ts";
import { missingAnchors, type Skeleton } from "../../pose/skeleton.ts";
import type { Joints, Point } from "../../pose/types.ts";
import { canonicalName } from "./identity.ts";
import { readLines } from "../files/lines.ts";

/** A picture stands in a list a second time. */
export class ListedTwice extends Error {}

/** Annotated pictures, 16 bytes a joint: names and poses, numbered from 0. */
export class PoseTable {
  readonly names: string[] = [];
  readonly #indices = new Map<string, number>();
  /** [count, K, 2]: x, y; NaN for a joint not seen. */
  #coordinates = new Float64Array(0);
  #lines = new Uint32Array(0);

  constructor(readonly file: string, readonly skeleton: Skeleton) {}

  get count(): number {
    return this.names.length;
  }

  /** Adds a picture that stands on `line` of the file. @throws Error where it is there already. */
  add({ name, joints }: Annotation, line = 0): void {
    const index = this.count, earlier = this.indexOf(name);
    if (earlier !== null) {
      const before = this.#lines[earlier];
      throw new ListedTwice(`${this.file}:${line}: ${name} stands on line ${before} already`);
    }
    const width = 2 * this.skeleton.joints.length;
    if (index === this.#lines.length) {
      const room = Math.max(64, 2 * index);
      this.#coordinates = grown(this.#coordinates, new Float64Array(room * width));
      this.#lines = grown(this.#lines, new Uint32Array(room));
    }
    joints.forEach((point, joint) => {
      const at = index * width + 2 * joint;
      this.#coordinates[at] = point ? point.x : NaN;
      this.#coordinates[at + 1] = point ? point.y : NaN;
    });
    this.#lines[index] = line;
    this.#indices.set(canonicalName(name), index);
    this.names.push(name);
  }

  /** The number of a picture, whichever way its name is spelt; null where it is not in the table. */
  indexOf(name: string): number | null {
    return this.#indices.get(canonicalName(name)) ?? null;
  }

  joints(index: number): Joints {
    const from = index * 2 * this.skeleton.joints.length;
    return this.skeleton.joints.map((_, joint): Point | null => {
      const x = this.#coordinates[from + 2 * joint], y = this.#coordinates[from + 2 * joint + 1];
      return Number.isNaN(x) ? null : { x, y };
    });
  }

  /** Where a picture's annotation stands, for error messages. */
  place(index: number): string {
    return `${this.file}:${this.#lines[index]}`;
  }

  /** Whether all anchor joints of the skeleton are seen: only then can a picture be in a pair. */
  isUsable(index: number): boolean {
    return missingAnchors(this.skeleton, this.joints(index)).length === 0;
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/**
 * Reads a list in the authors' format.
 * @throws Error that names the file, the line and what is wrong with it; where `onBroken` is given,
 * it learns of broken lines, and reading goes on.
 */
export async function readPoseTable(
  file: string,
  skeleton: Skeleton,
  onBroken?: (error: Error) => void,
): Promise<PoseTable> {
  const table = new PoseTable(file, skeleton);
  let line = 0;
  for await (const text of readLines(file)) {
    const place = { file, line: ++line };
    try {
      if (line === 1) checkAnnotationHeader(text, place);
      else if (text.trim() !== "") {
        const annotation = parseAnnotation(text, skeleton, place);
        requireRelative(annotation.name, place);
        table.add(annotation, line);
      }
    } catch (error) {
      if (!onBroken) throw error;
      onBroken(error as Error);
    }
  }
  if (line === 0) checkAnnotationHeader("", { file, line: 1 });
  return table;
}

/** Characters: file systems know no longer names. */
const LONGEST_NAME = 255;

/** A name from a list must not lead out of the pictures' folder. */
function requireRelative(name: string, { file, line }: Place): void {
  const parts = name.split("/");
  const isPlain = name.length <= LONGEST_NAME &&
    !parts.some((part) => /[\\\0]|^\.{0,2}$/.test(part));
  if (isPlain) return;
  throw new Error(
    `${file}:${line}: ${JSON.stringify(name)} is not a plain file name, or folder/name`,
  );
}
