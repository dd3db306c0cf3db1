/** COCO's annotation files: the poses of many pictures. */
import type { Joints, Size } from "../types.ts";
import { isObject } from "./keypoints.ts";
import { posedJoints } from "./pose_json.ts";

/** Looks up poses by the name of their picture. */
export class CocoList {
  /** The first person of each picture. */
  readonly #people = new Map<string, unknown>();
  readonly #pictures = new Set<string>();

  private constructor(private readonly file: string) {}

  /**
   * Reads a document with the lists `images` (id, file_name) and `annotations` (image_id, keypoints);
   * null where it has no such lists.
   * @throws Error that names the entry at fault.
   */
  static from(document: unknown, file: string): CocoList | null {
    if (!isObject(document)) return null;
    const { images, annotations } = document;
    if (!Array.isArray(images) || !Array.isArray(annotations)) return null;
    const list = new CocoList(file);
    const people = new Map<unknown, unknown>();
    for (const [i, person] of annotations.entries()) {
      if (!isObject(person)) throw new Error(`${file}: annotations[${i}] is not an object`);
      if (!people.has(person.image_id)) people.set(person.image_id, person);
    }
    for (const [i, image] of images.entries()) {
      if (!isObject(image) || typeof image.file_name !== "string") {
        throw new Error(`${file}: images[${i}] has no file_name`);
      }
      list.#pictures.add(image.file_name);
      const person = people.get(image.id);
      if (person !== undefined) list.#people.set(image.file_name, person);
    }
    return list;
  }

  get count(): number {
    return this.#people.size;
  }

  /** Whether it lists a picture, with or without a person. */
  has(name: string): boolean {
    return this.#pictures.has(name);
  }

  /** The joints of the first person in a picture, null where the list has none; throws as `parsePoseJson`. */
  joints(name: string, size: Size | null): Joints | null {
    const person = this.#people.get(name);
    if (person === undefined) return null;
    return posedJoints(person, { file: `${this.file}#${name}`, size });
  }
}
